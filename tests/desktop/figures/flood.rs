//! Activity stays smooth while many requests arrive.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use tests::{TestApp, is_release};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::scene::go;
use super::{Figure, hold};
use crate::pressing::connect;
use crate::steps::{Look, create_the_admin};

/// Milliseconds between two frames.
const GOAL: u64 = 100;
const BEARABLE: u64 = 1_000;
/// How many clients send at once.
const CLIENTS: u64 = 20;
/// Requests a second of all of them, and for how many seconds. An unoptimised build answers fewer.
const RELEASE: (u64, u64) = (1_000, 10);
const SHORT: (u64, u64) = (100, 3);
/// So many of a hundred requests must have been answered in time.
const ANSWERED: u64 = 95;

/// Measures the milliseconds between two frames until `window.flood.ends`, and counts the frames before which the screen has
/// changed.
const FRAMES: &str = "const frames = { gaps: [], redraws: 0, ends: false }; window.flood = frames; \
    let hasChanged = false; let last; \
    const changes = new MutationObserver(() => (hasChanged = true)); \
    changes.observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true }); \
    const frame = () => { \
        const now = performance.now(); \
        if (last !== undefined) frames.gaps.push(Math.round(now - last)); \
        last = now; \
        if (hasChanged) frames.redraws += 1; \
        hasChanged = false; \
        if (frames.ends) changes.disconnect(); else requestAnimationFrame(frame); \
    }; \
    requestAnimationFrame(frame);";

#[tokio::test]
async fn activity_stays_smooth_while_many_requests_arrive() {
    let (rate, seconds) = if is_release() { RELEASE } else { SHORT };
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    let (_, endpoint, token) = connect(&app, "Flood", "custom").await;
    let http = Client::builder().no_proxy().build().expect("there is an HTTP client");
    let provider = Provider { http, endpoint, token };
    let mut people = Vec::new();
    for client in 0..CLIENTS {
        people.push(provider.join(&format!("person{client}@example.com")).await);
    }
    go(page, "/activity").await;
    page.see("activity-row").await;
    page.run(FRAMES, Vec::new()).await;

    let began = Instant::now();
    let mut clients = JoinSet::new();
    for person in people {
        let provider = provider.clone();
        clients.spawn(async move { provider.send(&person, rate * seconds / CLIENTS, rate).await });
    }
    clients.join_all().await;
    let took = u64::try_from(began.elapsed().as_millis()).expect("it ends in a lifetime");

    let frames = page.run("window.flood.ends = true; return window.flood;", Vec::new()).await;
    let mut gaps: Vec<u64> =
        frames["gaps"].as_array().expect("gaps").iter().filter_map(Value::as_u64).collect();
    gaps.sort_unstable();
    let longest = *gaps.last().expect("there are frames");
    let most = gaps[gaps.len() * 99 / 100];
    let redraws = frames["redraws"].as_u64().expect("a number");
    provider.join("last@example.com").await;
    page.see_among("activity-row", "last@example.com").await;

    let name = |what: &str| format!("activity under {rate} requests/s: {what}");
    let answered = rate * seconds * 1_000 / took.max(1);
    hold(&[
        Figure::most(name("longest time between two frames"), longest, "ms", GOAL, BEARABLE)
            .with(format!("{} frames", gaps.len())),
        Figure::most(name("time between two frames, 99 % of them"), most, "ms", GOAL, BEARABLE),
        Figure::least(name("answered"), answered, "requests/s", rate * ANSWERED / 100, rate / 2),
        Figure::least(name("with something new"), redraws, "frames", seconds, 1),
    ]);
}

/// An identity provider.
#[derive(Clone)]
struct Provider {
    http: Client,
    endpoint: String,
    token: String,
}

impl Provider {
    /// Creates a person, and gives the id.
    async fn join(&self, name: &str) -> String {
        let request = self.http.post(format!("{}/Users", self.endpoint)).json(&json!({ "userName": name }));
        let answer = request.bearer_auth(&self.token).send().await.expect("it is answered");
        let made: Value = answer.json().await.expect("the answer is JSON");
        made["id"].as_str().unwrap_or_else(|| panic!("{name} is created: {made}")).to_owned()
    }

    /// Looks up and changes in turn, as one of the clients that make so many requests a second together. Each change is a row of
    /// the log; of look-ups that are alike the log has 1,000 rows a minute.
    async fn send(&self, person: &str, requests: u64, rate: u64) {
        let mut pace = interval(Duration::from_micros(1_000_000 * CLIENTS / rate));
        for number in 0..requests {
            pace.tick().await;
            let request = if number % 2 == 0 {
                let filter = format!("userName%20eq%20%22absent{number}%22");
                self.http.get(format!("{}/Users?filter={filter}", self.endpoint))
            } else {
                let change = json!({"op": "replace", "path": "title", "value": format!("Title {number}")});
                let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
                let body = json!({"schemas": schemas, "Operations": [change]});
                self.http.patch(format!("{}/Users/{person}", self.endpoint)).json(&body)
            };
            let answer = request.bearer_auth(&self.token).send().await.expect("it is answered");
            let status = answer.status().as_u16();
            let body = answer.text().await.expect("the answer can be read");
            assert_eq!(status, 200, "{body}");
        }
    }
}

//! What happened before the window is opened: the scenes are played into a data folder, in the order of their times, with
//! the real core and a clock that is moved.

use std::cmp::Reverse;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use foundational::views::FindingCode;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::{Clock, Error, Ids, SleepInterval, Store, TokenText};
use tests::{noise, until, with_another_secret};
use tower::ServiceExt as _;

use super::scenes::{Act, minutes, scene};

/// Longer ago than anything that happens.
const BEGIN: u64 = 400 * 24 * 60;
/// Megabytes of the request log: fewer than an Admin may choose, so that it is soon full.
const LOG: &str = "3";
/// How many letters a long body has. The log has 64 KiB of a body.
const LENGTH: usize = 60_000;

/// A connection for one finding.
struct Play {
    code: FindingCode,
    id: String,
    tokens: Vec<Value>,
    /// The ids of what was created.
    made: Vec<String>,
    people: Vec<String>,
}

/// Plays all scenes into this folder.
pub async fn play(data: &Path) {
    let clock = Clock::fixed(Clock::system().now() - minutes(BEGIN));
    limit_the_log(data, &clock).await;
    let mut core = Core::open(data, clock).await;
    let mut plays = Vec::new();
    let mut acts = Vec::new();
    for code in FindingCode::ALL {
        let scene = scene(code);
        let Some((provider, steps)) = scene.past() else { continue };
        let made =
            core.command("connection.create", json!({"name": code.as_str(), "provider": provider})).await;
        acts.extend(steps.iter().map(|(before, act)| (*before, plays.len(), *act)));
        let id = text(&made["id"]);
        plays.push(Play { code, id, tokens: Vec::new(), made: Vec::new(), people: Vec::new() });
    }
    // The longest ago first; of one time in the order of the table.
    acts.sort_by_key(|(before, ..)| Reverse(*before));
    let mut at = BEGIN;
    for (before, place, act) in acts {
        if before < at {
            core.see_recorded().await;
            core.clock.advance(minutes(at - before));
            at = before;
        }
        let other = plays.iter().enumerate().find(|(each, play)| *each != place && !play.tokens.is_empty());
        let other = other.map(|(_, play)| text(&play.tokens[0]["token"]));
        Box::pin(core.act(&mut plays[place], act, other)).await;
    }
    core.see_recorded().await;
    core.clock.advance(minutes(at));
    core.app.close().await;
    record_sleep(data, &core).await;
}

async fn limit_the_log(data: &Path, clock: &Clock) {
    let store = Store::open(data, clock.clone(), Ids::random()).await.expect("the store opens");
    let set: Result<(), Error> = store.write(async |tx| tx.set("log.megabytes", Some(LOG)).await).await;
    set.expect("the limit can be set");
    store.close().await;
}

async fn record_sleep(data: &Path, core: &Core) {
    let store = Store::open(data, core.clock.clone(), Ids::random()).await.expect("the store opens");
    for interval in &core.slept {
        store.record_sleep(*interval).await;
    }
    store.close().await;
}

/// The core over the folder.
struct Core {
    app: Foundational,
    clock: Clock,
    /// The connection that the newest request was sent to, until it is recorded.
    unrecorded: Option<String>,
    slept: Vec<SleepInterval>,
}

impl Core {
    async fn open(data: &Path, clock: Clock) -> Self {
        let options = Options { data: data.to_owned(), listen: None, public_url: None, insist: false };
        let opened = Box::pin(Foundational::open_at(options, clock.clone(), Ids::random())).await;
        let app = opened.expect("the folder can be opened");
        Self { app, clock, unrecorded: None, slept: Vec::new() }
    }

    async fn command(&self, name: &str, args: Value) -> Value {
        self.app.call(&Caller::Operator, name, args).await.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Waits until the newest request is recorded: the acts that follow read what requests have shown.
    async fn see_recorded(&mut self) {
        let Some(id) = self.unrecorded.take() else { return };
        let now = json!(self.clock.now().to_string());
        until("the request is recorded", async || {
            let shown = self.command("connection.show", json!({ "id": id })).await;
            (shown["lastRequestAt"] == now).then_some(())
        })
        .await;
    }

    async fn act(&mut self, play: &mut Play, act: Act, other: Option<String>) {
        let id = play.id.clone();
        let newest = play.tokens.last().map(|token| text(&token["token"])).unwrap_or_default();
        match act {
            Act::Token(expires) => {
                let args = json!({"connectionId": id, "expires": expires});
                play.tokens.push(self.command("token.create", args).await);
            }
            Act::Rotate => {
                let args = json!({"connectionId": id, "expires": "1y", "overlap": "24h"});
                play.tokens.push(self.command("token.rotate", args).await);
            }
            Act::Revoke => {
                let token = play.tokens.last().expect("there is a token");
                self.command("token.revoke", json!({"id": token["id"]})).await;
            }
            Act::Finish => _ = self.command("wizard.finish", json!({"id": id})).await,
            Act::Call(path) => _ = self.send(play, "GET", path, "", &[&newest], "").await,
            Act::CallOld => {
                let first = text(&play.tokens[0]["token"]);
                self.send(play, "GET", "/Users", "", &[&first], "").await;
            }
            Act::Wrong => {
                let wrong = TokenText::generate().expect("there is randomness");
                self.send(play, "GET", "/Users", "", &[wrong.reveal()], "").await;
            }
            Act::Forged => {
                let forged = with_another_secret(&newest);
                self.send(play, "GET", "/Users", "", &[&forged], "").await;
            }
            Act::Another => {
                let other = other.expect("another connection has a token");
                self.send(play, "GET", "/Users", "", &[&other], "").await;
            }
            Act::Twice => _ = self.send(play, "GET", "/Users", "", &[&newest, &newest], "").await,
            Act::Okta => {
                let path = "/Users?filter=userName%20eq%20%22ada%22";
                self.send(play, "GET", path, "", &[&newest], "Okta SCIM Client 1.0.0").await;
            }
            Act::Send(method, path, body) => {
                let made = self.send(play, method, path, body, &[&newest], "").await;
                play.made.extend(made);
            }
            Act::Long(count) => {
                for seed in 0..count {
                    let body = json!({"userName": "long", "active": "yes", "title": noise(seed, LENGTH)});
                    self.send(play, "POST", "/Users", &body.to_string(), &[&newest], "").await;
                }
            }
            Act::People(count) => self.join(play, count, &newest).await,
            Act::Group => {
                let members: Vec<Value> = play.people.iter().map(|id| json!({"value": id})).collect();
                let body = json!({"displayName": "Crew", "members": members}).to_string();
                let made = self.send(play, "POST", "/Groups", &body, &[&newest], "").await;
                play.made.extend(made);
            }
            Act::LeaveGroup => {
                let path = format!("members[value eq \"{}\"]", play.people[0]);
                let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "remove", "path": path}]});
                self.send(play, "PATCH", "/Groups/{made}", &body.to_string(), &[&newest], "").await;
            }
            Act::Leavers => {
                for id in play.people.clone() {
                    self.send(play, "DELETE", &format!("/Users/{id}"), "", &[&newest], "").await;
                }
            }
            Act::Admins | Act::Hold => self.set(play, act).await,
            Act::Observe => _ = self.command("observeFirst.begin", json!({"id": id})).await,
            Act::Round => Box::pin(self.app.housekeeping().round()).await.expect("the round is done"),
            Act::Sleep(length) => {
                let until = self.clock.now();
                self.slept.push(SleepInterval { from: until - minutes(length), until });
            }
        }
    }

    /// Settings of the connection.
    async fn set(&self, play: &Play, act: Act) {
        let id = &play.id;
        if matches!(act, Act::Hold) {
            let brake =
                json!({"mode": "hold", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30});
            self.command("connection.setBrake", json!({"id": id, "brake": brake})).await;
        } else {
            let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": play.made.last(),
                "allowedAddresses": []});
            self.command("connection.setRules", json!({"id": id, "rules": rules})).await;
        }
    }

    async fn join(&mut self, play: &mut Play, count: usize, token: &str) {
        for number in 0..count {
            let body = json!({"userName": format!("{}.{number}", play.code.as_str())}).to_string();
            let made = self.send(play, "POST", "/Users", &body, &[token], "").await.expect("a person");
            play.people.push(made.clone());
            play.made.push(made);
        }
    }

    /// Sends a request with these tokens; gives the id of what it created.
    async fn send(
        &mut self,
        play: &Play,
        method: &str,
        path: &str,
        body: &str,
        tokens: &[&str],
        agent: &str,
    ) -> Option<String> {
        let path = path.replace("{id}", &play.id);
        let path = path.replace("{made}", play.made.last().map_or("", String::as_str));
        let is_below = !path.starts_with("/scim/");
        let address = if is_below { format!("/scim/v2/{}{path}", play.id) } else { path };
        let mut request = Request::builder().method(method).uri(address).header("host", "127.0.0.1:8470");
        for token in tokens {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !agent.is_empty() {
            request = request.header("user-agent", agent);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/scim+json");
        }
        let request = request.body(Body::from(body.to_owned())).expect("it is a request");
        let answer = self.app.server().router().oneshot(request).await.expect("it is answered");
        let is_made = answer.status() == 201;
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("the answer is whole");
        self.unrecorded = Some(play.id.clone());
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        is_made.then(|| text(&answer["id"]))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text")).to_owned()
}

//! What long lists cost in memory, measured of this process: each test runs in a process of its own.

#![cfg(target_os = "linux")]

use std::fs;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tests::Api;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::requests::{GROUP, USER, bulk, id};

const MIB: u64 = 1024 * 1024;

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().unwrap() * 1024
}

/// Sends one GET several times at once and takes each body as it comes, without holding it. Answers how long the
/// longest body was, and by how much the memory of this process grew at most.
async fn at_once(api: &Arc<Api>, times: usize, path: &str) -> (u64, u64) {
    // Begins to measure the peak from here (proc(5)).
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS:");
    let mut all = JoinSet::new();
    for _ in 0..times {
        let request = Request::get(format!("/scim/v2/{}{path}", api.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", api.token))
            .body(Body::empty())
            .unwrap();
        let router = api.app.server().router();
        all.spawn(async move {
            let response = router.oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), 200);
            let (mut body, mut bytes) = (response.into_body(), 0);
            while let Some(frame) = body.frame().await {
                bytes += frame.unwrap().into_data().map_or(0, |data| data.len() as u64);
            }
            bytes
        });
    }
    let longest = all.join_all().await.into_iter().max().unwrap_or(0);
    let grown = status("VmHWM:").saturating_sub(before);
    println!("{times} x GET {path}: {longest} bytes each, memory grew by {} MiB", grown / MIB);
    (longest, grown)
}

async fn posted(api: &Api, path: &str, bodies: Vec<Value>) -> Vec<String> {
    let mut ids = Vec::new();
    for bodies in bodies.chunks(1_000) {
        let post =
            |(n, data)| json!({"method": "POST", "path": path, "bulkId": format!("b{n}"), "data": data});
        let posts: Vec<Value> = bodies.iter().enumerate().map(post).collect();
        let made = api.scim("POST", "/Bulk", bulk(posts)).await.expect(200, "made");
        ids.extend(
            made["Operations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|made| made["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()),
        );
    }
    ids
}

fn people(number: usize) -> Vec<Value> {
    let person = |n| {
        json!({"schemas": [USER], "userName": format!("p{n}"), "title": "Engineer",
               "name": {"familyName": format!("F{}", n * 7_919 % 10_007), "givenName": "G"},
               "emails": [{"value": format!("p{n}@example.com"), "type": "work", "primary": true}]})
    };
    (0..number).map(person).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sorting_many_people_for_sixteen_clients_at_once_stays_small() {
    let api = Arc::new(Api::start("custom").await);
    posted(&api, "/Users", people(1_500)).await;
    for path in ["/Users?sortBy=name.familyName&count=1", "/Users?filter=title%20eq%20%22engineer%22&count=1"]
    {
        let (_, grown) = at_once(&api, 16, path).await;
        assert!(grown < 32 * MIB, "{path}: {} MiB", grown / MIB);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_people_in_hundreds_of_nested_groups_stay_small_asked_or_not() {
    let api = Arc::new(Api::start("custom").await);
    let ids = posted(&api, "/Users", people(40)).await;
    let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    let inner = json!({"schemas": [GROUP], "displayName": "Inner", "members": members});
    let inner = id(&api.scim("POST", "/Groups", inner).await.expect(201, "the inner group"));
    let outer =
        |n| json!({"schemas": [GROUP], "displayName": format!("Outer {n}"), "members": [{"value": inner}]});
    posted(&api, "/Groups", (0..400).map(outer).collect()).await;
    let (bytes, grown) = at_once(&api, 8, "/Users?count=500").await;
    assert!(bytes < 100_000, "401 groups each are left out: {bytes}");
    assert!(grown < 48 * MIB, "{} MiB", grown / MIB);
    let (bytes, grown) = at_once(&api, 8, "/Users?count=500&attributes=userName,groups").await;
    assert!(bytes > 40 * 401 * 100, "all of them are sent: {bytes}");
    assert!(grown < 48 * MIB, "{} MiB", grown / MIB);
}

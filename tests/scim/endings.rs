//! However an exchange ends, it is answered in SCIM form with its request id, and recorded once.

use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Response;
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde_json::Value;
use server::{PoolLimits, ServerLimits};
use store::ActivityResult;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::alone::{Alone, Tenant};

const ADA: &[u8] = b"{\"userName\": \"ada\"}";

/// A body that begins and never goes on.
fn unfinished() -> Body {
    let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
    Body::from_stream(begun.chain(stream::pending()))
}

async fn heard(response: Response<Body>) -> (u16, String, Value) {
    let (parts, body) = response.into_parts();
    let id = parts.headers["x-request-id"].to_str().unwrap().to_owned();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{body}");
    assert_eq!(body["status"], parts.status.as_str(), "the status stands in the body, too: {body}");
    (parts.status.as_u16(), id, body)
}

/// The one exchange of a connection: its id, status, reason and how it ended.
async fn only(alone: &Alone, tenant: &Tenant) -> (String, u16, Option<String>, ActivityResult) {
    let rows = alone.recorded(tenant, 1).await;
    assert_eq!(rows.len(), 1, "it is recorded once: {rows:?}");
    let row = rows.into_iter().next().unwrap();
    (row.id, row.status, row.reason, row.result)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_with_its_request_id_and_recorded() {
    let alone = Alone::start(ServerLimits::default()).await;
    let tenant = alone.connect("First").await;
    let broken = stream::poll_fn(|_| -> Poll<Option<Result<Bytes, std::io::Error>>> {
        panic!("a defect, injected by the test")
    });
    let answer = alone.send(tenant.request("POST", "/Users", Body::from_stream(broken))).await;
    let (status, id, body) = heard(answer).await;
    assert_eq!(status, 500);
    assert!(
        !body["detail"].as_str().unwrap().contains("not done"),
        "nobody knows whether it was done: {body}"
    );
    let recorded = only(&alone, &tenant).await;
    assert_eq!(recorded, (id, 500, Some("defect".to_owned()), ActivityResult::Failed));
    let next = alone.send(tenant.request("GET", "/Users", Body::empty())).await;
    assert_eq!(next.status(), 200, "the next request is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_is_answered_and_recorded() {
    let limits = ServerLimits { request_time: Duration::from_millis(300), ..ServerLimits::default() };
    let alone = Alone::start(limits).await;
    let tenant = alone.connect("First").await;
    let (status, id, _) = heard(alone.send(tenant.request("POST", "/Users", unfinished())).await).await;
    assert_eq!(status, 503);
    let recorded = only(&alone, &tenant).await;
    assert_eq!(recorded, (id, 503, Some("late".to_owned()), ActivityResult::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_done_after_the_time_is_over_belongs_to_the_recorded_request() {
    let limits = ServerLimits { request_time: Duration::from_millis(300), ..ServerLimits::default() };
    let alone = Alone::start(limits).await;
    let tenant = alone.connect("First").await;
    let (go_on, hold) = oneshot::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let store = alone.store.clone();
    let writing = tokio::spawn(async move {
        let held: Result<(), store::Error> = store
            .write(async move |_| {
                begun.send(()).unwrap();
                hold.await.unwrap();
                Ok(())
            })
            .await;
        held.unwrap();
    });
    has_begun.await.unwrap();
    let (status, id, body) = heard(alone.send(tenant.request("POST", "/Users", Body::from(ADA))).await).await;
    assert_eq!(status, 503, "the writer is not free in time");
    assert!(body["detail"].as_str().unwrap().contains("may still have been done"), "{body}");
    let recorded = only(&alone, &tenant).await;
    assert_eq!(recorded, (id, 503, Some("late".to_owned()), ActivityResult::Refused));
    go_on.send(()).unwrap();
    writing.await.unwrap();
    let made = alone.send(tenant.request("GET", "/Users", Body::empty())).await;
    let made = made.into_body().collect().await.unwrap().to_bytes();
    let made: Value = serde_json::from_slice(&made).unwrap();
    assert_eq!(made["totalResults"], 1, "it was done, as the answer says that it may be: {made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_in_the_middle_of_a_body_is_recorded() {
    let alone = Alone::start(ServerLimits::default()).await;
    let tenant = alone.connect("First").await;
    let (_listener, address) = alone.listen();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = tenant.head("POST", "/Users", "content-length: 500\r\n");
    stream.write_all(format!("{head}{{\"userName\"").as_bytes()).await.unwrap();
    drop(stream);
    let (_, status, reason, _) = only(&alone, &tenant).await;
    assert_eq!((status, reason.as_deref()), (400, Some("data.invalid")), "half a body is no body");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_before_the_answer_is_recorded_with_what_was_done() {
    let alone = Alone::start(ServerLimits::default()).await;
    let tenant = alone.connect("First").await;
    let (go_on, hold) = oneshot::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let store = alone.store.clone();
    let writing = tokio::spawn(async move {
        let held: Result<(), store::Error> = store
            .write(async move |_| {
                begun.send(()).unwrap();
                hold.await.unwrap();
                Ok(())
            })
            .await;
        held.unwrap();
    });
    has_begun.await.unwrap();
    let request = tenant.request("POST", "/Users", Body::from(ADA));
    let gone = tokio::time::timeout(Duration::from_millis(500), alone.send(request)).await;
    assert!(gone.is_err(), "the client gives up while the writer is busy with something else");
    let long = Duration::from_secs(20);
    let resting = tokio::time::timeout(Duration::from_millis(200), alone.server.wait_idle(long)).await;
    assert!(resting.is_err(), "a server that stops waits for it");
    go_on.send(()).unwrap();
    writing.await.unwrap();
    tokio::time::timeout(long / 2, alone.server.wait_idle(long))
        .await
        .expect("nothing is under way any more");
    let rows = alone.recorded(&tenant, 1).await;
    assert_eq!((rows.len(), rows[0].status), (1, 201), "what was done is recorded as done: {rows:?}");
    assert!(rows[0].resource_id.is_some(), "and whom it is about");
    assert!(
        rows[0].notes.iter().any(|note| note.code == "client.gone"),
        "and that the other side did not hear it: {:?}",
        rows[0].notes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_that_is_refused_for_load_is_two_rows_that_say_how_many() {
    let limits =
        ServerLimits { in_flight: PoolLimits { all: 4, each: 2, reserve: 1 }, ..ServerLimits::default() };
    let alone = Alone::start(limits).await;
    let (busy, other) = (alone.connect("Busy").await, alone.connect("Other").await);
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let (reads, is_read) = oneshot::channel::<()>();
        let mut reads = Some(reads);
        let body = stream::poll_fn(move |_| -> Poll<Option<Result<Bytes, std::io::Error>>> {
            if let Some(reads) = reads.take() {
                reads.send(()).unwrap();
            }
            Poll::Pending
        });
        let request = busy.request("POST", "/Users", Body::from_stream(body));
        waiting.push(tokio::spawn(tower::ServiceExt::oneshot(alone.server.router(), request)));
        is_read.await.expect("its body is read, so that it holds a place");
    }
    for _ in 0..30 {
        let answer = alone.send(busy.request("GET", "/Users", Body::empty())).await;
        assert_eq!(answer.headers()["retry-after"], "5", "whole seconds");
        assert_eq!(heard(answer).await.0, 503);
        let answer = alone.send(other.request("GET", "/Users", Body::empty())).await;
        assert_eq!(answer.status(), 200, "another connection is served all the while");
    }
    let of_load = async |least| {
        let rows = alone.recorded(&busy, least).await;
        let rows: Vec<_> = rows.into_iter().filter(|row| row.reason.as_deref() == Some("busy")).collect();
        rows
    };
    let first = of_load(1).await;
    assert_eq!((first.len(), first[0].status), (1, 503), "the first is a row at once");
    assert!(first[0].token_id.is_some(), "with the token that it came with");
    alone.server.flush_floods().await;
    let rows = tests::until("the others are counted", async || {
        let rows = of_load(1).await;
        (rows.len() > 1).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 2, "all the others are one row");
    let counts: Vec<&str> = rows
        .iter()
        .flat_map(|row| &row.notes)
        .filter(|note| note.code == "flood.count")
        .map(|note| note.text.as_str())
        .collect();
    assert_eq!(
        counts,
        ["29 requests were refused for the same reason within a minute; this row stands for all of them."],
        "and it says for how many it stands"
    );
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

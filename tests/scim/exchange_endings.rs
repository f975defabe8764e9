//! However an exchange ends, it is answered in SCIM form with its request id, and recorded once.

use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Response;
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{PoolLimits, ServerLimits};
use store::{ActivityResult, ChangeSource, Scope};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::bare_server::{BareServer, Tenant};

const ADA: &[u8] = b"{\"userName\": \"ada\"}";

/// A body that panics when it is read.
pub fn panicking() -> Body {
    Body::from_stream(stream::poll_fn(|_| -> Poll<Option<Result<Bytes, std::io::Error>>> {
        panic!("a defect, injected by the test")
    }))
}

/// A body that begins and never ends.
pub fn unfinished() -> Body {
    let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
    Body::from_stream(begun.chain(stream::pending()))
}

async fn received(response: Response<Body>) -> (u16, String, Value) {
    let (parts, body) = response.into_parts();
    let id = parts.headers["x-request-id"].to_str().unwrap().to_owned();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{body}");
    assert_eq!(body["status"], parts.status.as_str(), "the body has the status too: {body}");
    (parts.status.as_u16(), id, body)
}

/// The same token at the address of a connection that does not exist.
fn with_unknown_id(tenant: &Tenant) -> Tenant {
    Tenant { id: tenant.id.replace(|digit: char| digit != '-', "0"), token: tenant.token.clone() }
}

/// The one exchange of a connection: its id, status, reason and how it ended.
async fn only(bare: &BareServer, tenant: &Tenant) -> (String, u16, Option<String>, ActivityResult) {
    // A second record would be made before its request is finished.
    bare.server.wait_idle(Duration::from_secs(20)).await;
    let rows = bare.recorded(tenant, 1).await;
    assert_eq!(rows.len(), 1, "it is recorded once: {rows:?}");
    let row = rows.into_iter().next().unwrap();
    (row.id, row.status, row.reason, row.result)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_with_its_request_id_and_recorded() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let answer = bare.send(tenant.request("POST", "/Users", panicking())).await;
    let (status, id, body) = received(answer).await;
    assert_eq!(status, 500);
    assert!(
        !body["detail"].as_str().unwrap().contains("not done"),
        "it is not known whether it was done: {body}"
    );
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 500, Some("defect".to_owned()), ActivityResult::Failed));
    let next = bare.send(tenant.request("GET", "/Users", Body::empty())).await;
    assert_eq!(next.status(), 200, "the next request is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_is_answered_and_recorded() {
    let limits = ServerLimits { request_time: Duration::from_millis(300), ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let tenant = bare.connect("First").await;
    let (status, id, _) = received(bare.send(tenant.request("POST", "/Users", unfinished())).await).await;
    assert_eq!(status, 503);
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 503, Some("late".to_owned()), ActivityResult::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_done_after_the_time_is_over_belongs_to_the_recorded_request() {
    let limits = ServerLimits { request_time: Duration::from_millis(300), ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let tenant = bare.connect("First").await;
    let occupied = bare.occupy_writer().await;
    let (status, id, body) =
        received(bare.send(tenant.request("POST", "/Users", Body::from(ADA))).await).await;
    assert_eq!(status, 503, "the writer is not free in time");
    assert!(body["detail"].as_str().unwrap().contains("may still have been done"), "{body}");
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 503, Some("late".to_owned()), ActivityResult::Refused));
    occupied.release().await;
    let made = bare.send(tenant.request("GET", "/Users", Body::empty())).await;
    let made = made.into_body().collect().await.unwrap().to_bytes();
    let made: Value = serde_json::from_slice(&made).unwrap();
    assert_eq!(made["totalResults"], 1, "it was done, as the answer says that it may be: {made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_in_the_middle_of_a_body_is_recorded() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let (_listener, address) = bare.listen();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = tenant.head("POST", "/Users", "content-length: 500\r\n");
    stream.write_all(format!("{head}{{\"userName\"").as_bytes()).await.unwrap();
    drop(stream);
    let (_, status, reason, _) = only(&bare, &tenant).await;
    assert_eq!((status, reason.as_deref()), (400, Some("data.invalid")), "half a body is no body");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_before_the_answer_is_recorded_with_what_was_done() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let occupied = bare.occupy_writer().await;
    let request = tenant.request("POST", "/Users", Body::from(ADA));
    let abandoned = tokio::time::timeout(Duration::from_millis(500), bare.send(request)).await;
    assert!(abandoned.is_err(), "the client disconnects while the writer is occupied");
    let long = Duration::from_secs(20);
    let resting = tokio::time::timeout(Duration::from_millis(200), bare.server.wait_idle(long)).await;
    assert!(resting.is_err(), "a server that stops waits for it");
    occupied.release().await;
    tokio::time::timeout(long / 2, bare.server.wait_idle(long)).await.expect("nothing is under way any more");
    let rows = bare.recorded(&tenant, 1).await;
    assert_eq!((rows.len(), rows[0].status), (1, 201), "what was done is recorded as done: {rows:?}");
    assert!(rows[0].resource_id.is_some(), "and which user it is about");
    assert!(
        rows[0].notes.iter().any(|note| note.code == "client.gone"),
        "and that the client did not receive the answer: {:?}",
        rows[0].notes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_with_a_token_that_is_refused_for_load_is_a_row() {
    let limits =
        ServerLimits { in_flight: PoolLimits { all: 4, each: 2, reserve: 1 }, ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let (busy, other) = (bare.connect("Busy").await, bare.connect("Other").await);
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
        waiting.push(tokio::spawn(tower::ServiceExt::oneshot(bare.server.router(), request)));
        is_read.await.expect("its body is read, so that it holds a permit");
    }
    for _ in 0..30 {
        let answer = bare.send(busy.request("GET", "/Users", Body::empty())).await;
        assert_eq!(answer.headers()["retry-after"], "5", "whole seconds");
        assert_eq!(received(answer).await.0, 503);
        let answer = bare.send(other.request("GET", "/Users", Body::empty())).await;
        assert_eq!(answer.status(), 200, "another connection is served during this");
    }
    let rows = tests::until("they are recorded", async || {
        let rows = bare.recorded(&busy, 1).await;
        let rows: Vec<_> = rows.into_iter().filter(|row| row.reason.as_deref() == Some("busy")).collect();
        (rows.len() >= 30).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 30, "one row each");
    assert!(
        rows.iter().all(|row| row.status == 503 && row.token_id.is_some()),
        "with the token of the request"
    );
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_while_it_waits_for_the_database_is_recorded() {
    let limits = ServerLimits { request_time: Duration::from_millis(300), ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let tenant = bare.connect("First").await;
    let readers = bare.take_readers().await;
    let answer = bare.send(tenant.request("GET", "/Users", Body::empty())).await;
    let (status, id, _) = received(answer).await;
    assert_eq!(status, 503, "no connection to the database is free");
    drop(readers);
    bare.server.flush_floods().await;
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 503, Some("late".to_owned()), ActivityResult::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_the_rest_of_a_body_changes_neither_the_answer_nor_its_record() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let short = Body::new(http_body_util::Limited::new(panicking(), 100));
    let mut request = tenant.request("POST", "/Users", short);
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    let answer = bare.send(request).await;
    assert_eq!(answer.headers()["connection"], "close", "the rest is not read any further");
    let (status, id, _) = received(answer).await;
    assert_eq!(status, 415, "the request was refused before its body");
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 415, Some("data.invalid".to_owned()), ActivityResult::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_recorded() {
    let bare = BareServer::start(ServerLimits { user_body: 100, ..ServerLimits::default() }).await;
    let tenant = bare.connect("First").await;
    let answer = bare.send(tenant.request("POST", "/Users", Body::from(vec![b' '; 101]))).await;
    let (status, id, _) = received(answer).await;
    assert_eq!(status, 413);
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 413, Some("data.size".to_owned()), ActivityResult::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_an_unknown_connection_is_recorded_where_its_token_belongs() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let elsewhere = with_unknown_id(&tenant);
    let (status, id, _) = received(bare.send(elsewhere.request("GET", "/Users", Body::empty())).await).await;
    assert_eq!(status, 404);
    let recorded = only(&bare, &tenant).await;
    assert_eq!(recorded, (id, 404, Some("path.unknown".to_owned()), ActivityResult::Refused));
}

/// A connection with a group whose members do not fit into one piece of an answer, and the path of that group.
async fn with_long_group(bare: &BareServer) -> (Tenant, String) {
    let tenant = bare.connect("First").await;
    let scope = Scope::of(tenant.id.clone());
    let made: Result<String, store::Error> = bare
        .store
        .write(async move |tx| {
            let origin = ChangeSource::default();
            let document = |value: Value| value.as_object().unwrap().clone();
            let mut members = Vec::new();
            for n in 0..5_000 {
                let person = json!({ "userName": format!("{n}"), "displayName": "x".repeat(100) });
                members.push(tx.create_person(&scope, document(person), &origin).await?.id);
            }
            let group = document(json!({ "displayName": "All" }));
            Ok(tx.create_group(&scope, group, members, &origin).await?.id)
        })
        .await;
    (tenant, format!("/Groups/{}", made.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_streamed_answer_is_recorded_when_it_is_sent_and_is_in_flight_until_then() {
    let limits =
        ServerLimits { in_flight: PoolLimits { all: 1, each: 1, reserve: 0 }, ..ServerLimits::default() };
    let bare = BareServer::start(limits).await;
    let (tenant, path) = with_long_group(&bare).await;
    let answer = bare.send(tenant.request("GET", &path, Body::empty())).await;
    assert_eq!(answer.status(), 200);
    let other = bare.send(tenant.request("GET", "/Users?count=0", Body::empty())).await;
    assert_eq!(other.status(), 503, "the first one is in flight while it is sent");
    assert_eq!(bare.recorded(&tenant, 1).await.len(), 1, "and is not recorded");
    let body: Value =
        serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(body["members"].as_array().unwrap().len(), 5_000, "the whole group");
    let rows = bare.recorded(&tenant, 2).await;
    let row = rows.iter().find(|row| row.path == path).unwrap();
    assert_eq!((row.status, row.result, row.notes.len()), (200, ActivityResult::Lookup, 0), "{row:?}");
    let other = bare.send(tenant.request("GET", "/Users?count=0", Body::empty())).await;
    assert_eq!(other.status(), 200, "there is room again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_recorded_as_broken() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let (tenant, path) = with_long_group(&bare).await;
    let answer = bare.send(tenant.request("GET", &path, Body::empty())).await;
    assert_eq!(answer.status(), 200, "its head is sent before the rest is read");
    bare.damage_workspace();
    assert!(answer.into_body().collect().await.is_err(), "the client sees that the body is not whole");
    bare.server.wait_idle(Duration::from_secs(20)).await;
    let rows = bare.recorded(&tenant, 1).await;
    assert_eq!(rows.len(), 1, "it is recorded once: {rows:?}");
    assert_eq!(
        (rows[0].status, rows[0].reason.as_deref(), rows[0].result),
        (200, Some("answer.broken"), ActivityResult::Failed),
        "{rows:?}"
    );
    assert!(rows[0].sentence.contains("The answer broke off"), "{:?}", rows[0].sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_in_the_middle_of_an_answer_is_recorded() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let (tenant, path) = with_long_group(&bare).await;
    let mut body = bare.send(tenant.request("GET", &path, Body::empty())).await.into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    bare.server.wait_idle(Duration::from_secs(20)).await;
    let rows = bare.recorded(&tenant, 1).await;
    let notes: Vec<&str> = rows[0].notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!((rows[0].status, notes), (200, vec!["client.gone"]), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_beyond_a_thousand_alike_in_a_minute_are_counted_and_writes_never() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    for n in 0..1_030 {
        let path = format!("/Users?filter=userName%20eq%20%22p{n}%22");
        assert_eq!(bare.send(tenant.request("GET", &path, Body::empty())).await.status(), 200);
    }
    let other = tenant.request("GET", "/Users?filter=externalId%20eq%20%22a%22", Body::empty());
    assert_eq!(bare.send(other).await.status(), 200, "another form");
    for n in 0..3 {
        let body =
            format!(r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"w{n}"}}"#);
        assert_eq!(bare.send(tenant.request("POST", "/Users", Body::from(body))).await.status(), 201);
    }
    bare.server.flush_floods().await;
    let rows = tests::until("all are recorded", async || {
        let rows = bare.store.activities(&tenant.id, 5_000).await.unwrap();
        (rows.len() >= 1_005).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 1_005, "a thousand, one for thirty, one of another form, three writes");
    let folded: Vec<_> = rows.iter().filter_map(|row| row.folded).collect();
    assert_eq!(folded.iter().map(|folded| folded.requests).collect::<Vec<_>>(), [30], "it says how many");
    let counts = bare.store.quarter_hour_counts(&tenant.id, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.ok).sum::<u64>(), 1_034, "each of them is counted");
}

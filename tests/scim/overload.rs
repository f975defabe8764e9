//! More than the server works on at once (RFC 7644 section 3.12, RFC 9110 section 15.6.4): the connection that causes it
//! is refused, and no other one notices.

use std::future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures_util::{StreamExt as _, stream};
use server::{PoolLimits, ServerLimits};
use tests::{Reply, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::bare_server::{BareServer, Tenant};

/// Opens sockets on which a body with the right token begins and does not end.
async fn hold(address: SocketAddr, tenant: &Tenant, count: usize, body: &[u8]) -> Vec<TcpStream> {
    let head = tenant.head("POST", "/Groups", "content-length: 10000000\r\n");
    let mut waiting = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        waiting.push(stream);
    }
    waiting
}

async fn get(bare: &BareServer, tenant: &Tenant) -> StatusCode {
    bare.send(tenant.request("GET", "/Users?count=0", Body::empty())).await.status()
}

/// Counts the sockets that were refused for load.
async fn refused(streams: &mut [TcpStream]) -> usize {
    let mut count = 0;
    for stream in streams {
        let mut start = [0; 12];
        let reading = tokio::time::timeout(Duration::from_millis(20), stream.read(&mut start));
        if reading.await.is_ok_and(|read| read.is_ok()) && start.starts_with(b"HTTP/1.1 503") {
            count += 1;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_unfinished_bodies_of_one_token_delay_no_other_connection() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let (hog, other) = (bare.connect("Hog").await, bare.connect("Other").await);
    let (_listener, address) = bare.listen();
    let mut waiting = Vec::new();
    for _ in 0..20 {
        waiting.extend(hold(address, &hog, 10, b"{").await);
        assert_eq!(get(&bare, &other).await, 200, "the other connection is served");
    }
    until("it has all that one connection may have", async || (get(&bare, &hog).await == 503).then_some(()))
        .await;
    for _ in 0..50 {
        assert_eq!(get(&bare, &other).await, 200, "the other connection is served during this");
    }
    assert_eq!(refused(&mut waiting).await, 200 - 128, "128 are worked on, the others are refused at once");
    let rows = bare.recorded(&hog, 1).await;
    assert!(rows.iter().any(|row| row.reason.as_deref() == Some("busy")), "and it is in the activity");
    drop(waiting);
    until("its permits are free again", async || (get(&bare, &hog).await == 200).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_greedy_connections_leave_permits_for_a_new_one() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let (_listener, address) = bare.listen();
    let mut waiting = Vec::new();
    for n in 0..3 {
        let greedy = bare.connect(&format!("Greedy {n}")).await;
        waiting.push(hold(address, &greedy, 140, b"{").await);
        // On a slow machine some of them are refused before they hold a permit; others follow until none is left.
        for _ in 0..20 {
            if get(&bare, &greedy).await == 503 {
                break;
            }
            waiting.push(hold(address, &greedy, 8, b"{").await);
        }
        assert_eq!(get(&bare, &greedy).await, 503, "it has what it may have");
    }
    let newcomer = bare.connect("Newcomer").await;
    assert_eq!(get(&bare, &newcomer).await, 200, "it is served at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_without_tokens_takes_no_permit_of_a_client_with_one() {
    let in_flight = PoolLimits { all: 4, each: 4, reserve: 0 };
    let bare = BareServer::start(ServerLimits { in_flight, ..ServerLimits::default() }).await;
    let tenant = bare.connect("First").await;
    let flood: Vec<_> = (0..300)
        .map(|_| {
            let stranger = Tenant { id: tenant.id.clone(), token: "unknown".to_owned() };
            let request = stranger.request("POST", "/Users", Body::from("{}"));
            tokio::spawn(bare.server.router().oneshot(request))
        })
        .collect();
    for _ in 0..30 {
        assert_eq!(get(&bare, &tenant).await, 200, "it waits for its turn and is served");
    }
    for refused in flood {
        let status = refused.await.unwrap().unwrap().status();
        assert!([401, 429].contains(&status.as_u16()), "strangers are refused for what they are: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_load_says_when_to_try_again() {
    let bare = BareServer::start(ServerLimits {
        in_flight: PoolLimits { all: 2, each: 0, reserve: 0 },
        ..ServerLimits::default()
    })
    .await;
    let tenant = bare.connect("First").await;
    let response = bare.send(tenant.request("GET", "/Users", Body::empty())).await;
    let (parts, body) = response.into_parts();
    let bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    let reply =
        Reply { status: parts.status, headers: parts.headers, body: serde_json::from_slice(&bytes).unwrap() };
    let wait = reply.headers["retry-after"].to_str().unwrap().to_owned();
    assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "whole seconds: {wait}");
    reply.refused(503, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_arrive_have_one_budget_and_each_connection_its_share() {
    const MIB: usize = 1024 * 1024;
    let bare = BareServer::start(ServerLimits::default()).await;
    let (hog, other) = (bare.connect("Hog").await, bare.connect("Other").await);
    // The largest body of a group is taken when the connection sends nothing else.
    let whole = bare.send(group(&hog, "all", 16 * MIB)).await;
    assert_eq!(whole.status(), 201, "a body of 16 MiB alone");
    let (first, second) = (unfinished(&bare, &hog, 7 * MIB).await, unfinished(&bare, &hog, 7 * MIB).await);
    assert_eq!(bare.send(group(&hog, "third", 7 * MIB)).await.status(), 503, "the third body has no room");
    let small = |tenant: &Tenant| tenant.request("POST", "/Users", Body::from("{\"userName\": \"ada\"}"));
    assert_eq!(bare.send(small(&other)).await.status(), 201, "another connection has its own share");
    drop((first, second));
    until("the room is given back", async || {
        (bare.send(group(&hog, "again", 16 * MIB)).await.status() == 201).then_some(())
    })
    .await;
}

/// Sends a body, and waits until the server has read this many bytes of it. Its client is gone when the sender is dropped.
async fn unfinished(bare: &BareServer, tenant: &Tenant, size: usize) -> oneshot::Sender<()> {
    let (read, was_read) = oneshot::channel();
    let (here, gone) = oneshot::channel();
    let start = stream::once(future::ready(Ok(Bytes::from(vec![b' '; size]))));
    // The server polls for more when it has taken what is there.
    let rest = stream::once(async {
        read.send(()).unwrap();
        let _: Result<(), _> = gone.await;
        Err(std::io::Error::other("the client is gone"))
    });
    let request = tenant.request("POST", "/Groups", Body::from_stream(start.chain(rest)));
    tokio::spawn(bare.server.router().oneshot(request));
    was_read.await.expect("the server reads the body");
    here
}

/// A group whose body has this size.
fn group(tenant: &Tenant, name: &str, size: usize) -> Request<Body> {
    let start = format!("{{\"displayName\": \"{name}\"");
    tenant.request("POST", "/Groups", Body::from(format!("{start}{}}}", " ".repeat(size - start.len() - 1))))
}

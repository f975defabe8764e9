//! Sockets that cost their sender nothing: none of them lasts, and however many there are, requests are answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{Request, StatusCode, Version};
use server::{ServerLimits, SocketLimits};
use tests::{Api, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bare_server::{BareServer, Tenant};

/// Sends these bytes and gives how long the socket lasts.
async fn lasts(address: SocketAddr, bytes: &[u8]) -> Duration {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut received = Vec::new();
    // A reset is an end as well.
    let _ =
        timeout(Duration::from_secs(30), stream.read_to_end(&mut received)).await.expect("it ends by itself");
    began.elapsed()
}

fn short() -> ServerLimits {
    let sockets = SocketLimits {
        head_time: Duration::from_millis(300),
        idle_time: Duration::from_millis(900),
        write_time: Duration::from_millis(500),
        ..SocketLimits::default()
    };
    ServerLimits { sockets, ..ServerLimits::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_become_a_request_is_closed() {
    let bare = BareServer::start(short()).await;
    let (_listener, address) = bare.listen();
    let tenant = bare.connect("First").await;
    let get = tenant.head("GET", "/ServiceProviderConfig", "");
    let answered_then_half = format!("{get}GET /scim");
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let (silent, letter, half, preface, idle, next) = tokio::join!(
        lasts(address, b""),
        lasts(address, b"G"),
        lasts(address, b"PRI * HTTP/2.0\r\n"),
        lasts(address, settings),
        lasts(address, get.as_bytes()),
        lasts(address, answered_then_half.as_bytes()),
    );
    for (what, lasted) in [
        ("silence", silent),
        ("one letter", letter),
        ("half of the preface of HTTP/2", half),
        ("the preface and no request", preface),
    ] {
        assert!(lasted >= short().sockets.head_time, "{what} has the time of a head: {lasted:?}");
    }
    assert!(idle >= short().sockets.idle_time, "after an answer, idleness has its own time: {idle:?}");
    assert!(next >= short().sockets.head_time, "half of a second head has the time of a head: {next:?}");
}

#[test]
fn the_times_and_numbers_are_those_that_are_promised() {
    let limits = SocketLimits::default();
    assert_eq!((limits.all, limits.each), (1024, 64), "in all and of one address");
    assert_eq!((limits.head_time.as_secs(), limits.idle_time.as_secs()), (10, 75), "a head and idleness");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_none_of_its_answers_is_closed() {
    let bare = BareServer::start(short()).await;
    let (_listener, address) = bare.listen();
    let tenant = bare.connect("First").await;
    let get = tenant.head("GET", "/Schemas", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Answers of 30 kB each, until the buffers of both sides are full and nothing is read on either.
    let writing = async { while stream.write_all(get.as_bytes()).await.is_ok() {} };
    timeout(Duration::from_mins(1), writing).await.expect("the server ends it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_silent_sockets_leave_requests_answered_and_raise_the_alarm() {
    let api = Api::start("custom").await;
    let view = api.command("server.listen", serde_json::json!({"listen": "127.0.0.1:0"})).await;
    let address: SocketAddr = view["listen"].as_str().unwrap().parse().unwrap();
    let tenant = Tenant { id: api.connection_id.clone(), token: api.token.clone() };
    let get = tenant.head("GET", "/Users?count=0", "connection: close\r\n");
    let flood = async |count: usize| {
        let mut silent = Vec::with_capacity(count);
        for _ in 0..count {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        silent
    };
    let alarm = async || {
        let home = api.command("home.show", serde_json::json!({})).await;
        home["attention"].as_array().unwrap().iter().find(|one| one["code"] == "server.crowded").cloned()
    };
    // This one was there before, and is not displaced by those that never ask for anything.
    let mut patient = TcpStream::connect(address).await.unwrap();
    let ask = tenant.head("GET", "/Users?count=0", "");
    patient.write_all(ask.as_bytes()).await.unwrap();
    let mut piece = [0; 4096];
    assert!(patient.read(&mut piece).await.unwrap() > 0, "it is answered");
    assert!(alarm().await.is_none(), "nothing is wrong yet");
    let mut silent = flood(1_024).await;
    for _ in 0..50 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(get.as_bytes()).await.unwrap();
        let mut received = Vec::new();
        timeout(Duration::from_secs(10), stream.read_to_end(&mut received)).await.expect("in time").unwrap();
        assert!(received.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&received));
        silent.extend(flood(5).await);
    }
    patient.write_all(ask.as_bytes()).await.unwrap();
    assert!(patient.read(&mut piece).await.unwrap() > 0, "the idle one is still there");
    let line = until("Home says so", async || alarm().await).await;
    assert_eq!(line["severity"], "problem", "{line}");
    let findings = api.command("workspace.doctor", serde_json::json!({})).await;
    let has_problem = findings.as_array().unwrap().iter().any(|one| {
        one["level"] == "problem" && one["message"].as_str().unwrap().contains("network connections")
    });
    assert!(has_problem, "and so does doctor: {findings}");
    // The oldest of them was closed.
    let oldest = timeout(Duration::from_secs(10), silent[0].read(&mut piece)).await.expect("it was closed");
    assert_eq!(oldest.unwrap_or(0), 0, "without an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_continues_after_a_body_that_was_not_read_and_has_its_bounds() {
    let bare = BareServer::start(short()).await;
    let (_listener, address) = bare.listen();
    let tenant = bare.connect("First").await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let running = tokio::spawn(connection);
    let request = |method: &str, path: &str, padding: usize| {
        Request::builder()
            .method(method)
            .version(Version::HTTP_2)
            .uri(format!("http://127.0.0.1{path}"))
            .header("authorization", format!("Bearer {}", tenant.token))
            .header("x-padding", "a".repeat(padding))
            .body(())
            .unwrap()
    };
    let users = format!("/scim/v2/{}/Users?count=0", tenant.id);
    for _ in 0..5 {
        let (refused, mut body) = client.send_request(request("POST", "/elsewhere", 1), false).unwrap();
        // The server may end the stream before it has all of it.
        let _ = body.send_data(Bytes::from(vec![b' '; 50_000]), true);
        let refused = refused.await.unwrap();
        assert_eq!(refused.status(), StatusCode::NOT_FOUND);
        assert!(!refused.headers().contains_key("connection"), "RFC 9113 section 8.2.2");
        client = client.ready().await.unwrap();
        let (answer, _) = client.send_request(request("GET", &users, 1), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), StatusCode::OK, "the next stream is served");
    }
    assert_eq!(client.current_max_send_streams(), 100, "streams at once");
    client = client.ready().await.unwrap();
    let (answer, _) = client.send_request(request("GET", &users, 17_000), true).unwrap();
    let answer = answer.await.map(|answer| answer.status());
    assert!(
        answer.as_ref().is_ok_and(|status| *status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        "headers beyond 16 KiB: {answer:?}"
    );
    let ended = timeout(Duration::from_secs(20), running).await;
    assert!(ended.is_ok(), "without a request it is closed in spite of pings");
}

//! Framing and heads that proxies and servers disagree about, as bytes over a real socket.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::raw_socket::{PATIENCE, RawSocket};
use crate::requests::{person, read};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_shorter_than_its_length_is_waited_for_and_refused() {
    let wire = RawSocket::open().await;
    let headers = "content-type: application/json\r\ncontent-length: 500\r\n";
    let stream = TcpStream::connect(&wire.address).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    to.write_all(&wire.request("POST", "/Users", headers, b"{\"userName\": \"a\"}")).await.unwrap();
    to.shutdown().await.unwrap();
    let mut received = Vec::new();
    timeout(PATIENCE, from.read_to_end(&mut received)).await.expect("it ends").ok();
    let text = String::from_utf8_lossy(&received);
    assert!(text.starts_with("HTTP/1.1 400"), "refused: {text}");
    assert_eq!(read(&wire.api, "/Users").await["totalResults"], 0, "half a body is no body");
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_longer_than_its_length_is_cut_there_and_the_rest_is_no_request() {
    let wire = RawSocket::open().await;
    let body = b"{\"userName\": \"a\"}";
    let smuggled = wire.request("DELETE", "/Users/x", "connection: close\r\n", b"");
    let headers = format!(
        "content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n",
        body.len() - 1
    );
    let received = wire
        .request_raw(wire.request("POST", "/Users", &headers, &[body.as_slice(), &smuggled].concat()))
        .await
        .unwrap();
    assert_eq!((received.status, &received.body["scimType"]), (400, &json!("invalidSyntax")), "{received:?}");
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2025_55315_what_proxies_read_in_two_ways_is_refused() {
    let wire = RawSocket::open().await;
    person(&wire.api, "ada").await;
    let body = "10\r\n{\"userName\": \"a\"\r\n1\r\n}\r\n0\r\n\r\n";
    for (what, headers) in [
        ("two lengths", "content-length: 16\r\ncontent-length: 17\r\n"),
        ("a length that is no number", "content-length: 1x\r\n"),
        ("a negative length", "content-length: -1\r\n"),
        ("a length with a sign", "content-length: +16\r\n"),
        ("a length of twenty digits", "content-length: 99999999999999999999\r\n"),
        ("identity and chunks", "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n"),
        ("chunks twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
        ("an unknown coding", "transfer-encoding: xchunked\r\n"),
        ("gzip before chunks", "transfer-encoding: gzip, chunked\r\n"),
        ("a space before the colon", "transfer-encoding : chunked\r\n"),
        ("a folded header", "x-a: b\r\n c\r\ncontent-length: 3\r\n"),
        ("a second host", "host: evil.example\r\ncontent-length: 3\r\n"),
        ("a second token", "authorization: Bearer x\r\ncontent-length: 3\r\n"),
        ("NUL in a header", "x-a: a\0b\r\ncontent-length: 3\r\n"),
        ("a bare return", "x-a: a\rb\r\ncontent-length: 3\r\n"),
    ] {
        let headers = format!("content-type: application/json\r\n{headers}");
        let received = wire.request_raw(wire.request("POST", "/Users", &headers, body.as_bytes())).await;
        if let Some(received) = &received {
            assert!((400..500).contains(&received.status), "{what}: {received:?}");
        }
        let people = read(&wire.api, "/Users").await;
        assert_eq!(people["totalResults"], 1, "{what}: no one was created: {received:?}");
    }
    wire.assert_alive().await;
}

/// RFC 9112 section 6.3 lets a server read the chunks, provided that the connection ends with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_length_together_with_chunks_is_ignored_and_the_connection_ends() {
    let wire = RawSocket::open().await;
    for (n, headers) in [
        "content-length: 3\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 300\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let body = format!("12\r\n{{\"userName\": \"a{n}\"}}\r\n0\r\n\r\n");
        let smuggled = wire.request("POST", "/Users", "content-length: 19\r\n", b"{\"userName\": \"evil\"}");
        let received = wire
            .say(wire.request("POST", "/Users", headers, &[body.as_bytes(), &smuggled].concat()), false)
            .await;
        let text = String::from_utf8_lossy(&received).to_ascii_lowercase();
        assert_eq!(text.matches("http/1.1 ").count(), 1, "one answer: {text}");
        assert!(text.starts_with("http/1.1 201") && text.contains("connection: close"), "{text}");
    }
    let people = read(&wire.api, "/Users").await;
    assert_eq!(crate::requests::names(&people), ["a0", "a1"], "what followed was no request");
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_are_read_and_broken_ones_refused() {
    let wire = RawSocket::open().await;
    let headers = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let good = wire.request("POST", "/Users", headers, b"11\r\n{\"userName\": \"a\"}\r\n0\r\n\r\n");
    let received = wire.request_raw(good).await.unwrap();
    assert_eq!(received.status, 201, "{received:?}");
    assert!(
        received.head.contains("connection: close"),
        "nothing that follows chunks is read as a request: {}",
        received.head
    );
    for (what, body) in [
        ("a size that is no number", "zz\r\n{\"userName\": \"b\"}\r\n0\r\n\r\n"),
        ("a size that is too small", "5\r\n{\"userName\": \"b\"}\r\n0\r\n\r\n"),
        ("a size beyond 64 bits", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("a negative size", "-5\r\n{}\r\n0\r\n\r\n"),
    ] {
        let received = wire.request_raw(wire.request("POST", "/Users", headers, body.as_bytes())).await;
        let received = received.unwrap_or_else(|| panic!("{what}: no answer"));
        assert_eq!(received.status, 400, "{what}: {received:?}");
        assert_eq!(
            received.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error",
            "{what}: {received:?}"
        );
    }
    // Cut off in the middle.
    let stream = TcpStream::connect(&wire.address).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    to.write_all(&wire.request("POST", "/Users", headers, b"ff\r\n{\"userName\": \"c\"")).await.unwrap();
    to.shutdown().await.unwrap();
    let mut received = Vec::new();
    timeout(PATIENCE, from.read_to_end(&mut received)).await.expect("it ends").ok();
    let text = String::from_utf8_lossy(&received);
    assert!(text.starts_with("HTTP/1.1 400"), "{text}");
    assert_eq!(read(&wire.api, "/Users").await["totalResults"], 1, "only the good one");
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_answered_although_it_is_not_read() {
    let wire = RawSocket::open().await;
    for (path, size) in
        [("/Users", 1_048_577), ("/Users", 20_000_000), ("/Bulk", 5_242_881), ("/Groups", 16_777_217)]
    {
        let received = wire.request_raw(wire.with_length("POST", path, &vec![b' '; size])).await;
        let received = received.unwrap_or_else(|| panic!("{path} of {size} bytes: no answer"));
        assert_eq!(
            (received.status, &received.body["status"]),
            (413, &json!("413")),
            "{path} of {size} bytes: {received:?}"
        );
    }
    // Chunks do not announce their size.
    let mut chunks = Vec::new();
    for _ in 0..300 {
        chunks.extend_from_slice(b"1000\r\n");
        chunks.extend_from_slice(&[b' '; 4096]);
        chunks.extend_from_slice(b"\r\n");
    }
    let headers = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let received =
        wire.request_raw(wire.request("POST", "/Users", headers, &chunks)).await.expect("an answer");
    assert_eq!(received.status, 413, "{received:?}");
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_token_is_refused_before_the_body_is_read() {
    let wire = RawSocket::open().await;
    let head = format!(
        "POST /scim/v2/{}/Users HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n",
        wire.api.connection_id, wire.address
    );
    let received = wire.request_raw(head.into_bytes()).await.expect("an answer without a byte of the body");
    assert_eq!(received.status, 401, "{received:?}");
    assert!(
        received.head.contains("connection: close"),
        "the connection cannot be used any further: {}",
        received.head
    );
    // 100-continue: the body is asked for only after the token was seen.
    let expecting = format!(
        "POST /scim/v2/{}/Users HTTP/1.1\r\nhost: {}\r\nexpect: 100-continue\r\ncontent-length: 17\r\n\r\n",
        wire.api.connection_id, wire.address
    );
    assert_eq!(wire.request_raw(expecting.into_bytes()).await.expect("an answer").status, 401);
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_large_are_refused() {
    let wire = RawSocket::open().await;
    for (what, headers) in [
        ("a header of 100 KB", format!("x-a: {}\r\n", "a".repeat(100_000))),
        ("1,000 headers", "x-a: b\r\n".repeat(1_000)),
    ] {
        let received = wire.request_raw(wire.request("GET", "/Users", &headers, b"")).await;
        let received = received.unwrap_or_else(|| panic!("{what}: no answer"));
        assert_eq!(received.status, 431, "{what}: {received:?}");
    }
    let received = wire
        .request_raw(wire.request("GET", &format!("/Users?x={}", "a".repeat(100_000)), "", b""))
        .await
        .expect("an answer");
    assert!([414, 431].contains(&received.status), "{received:?}");
    wire.assert_alive().await;
}

/// A program that passes bytes on, an SSH tunnel for one, delivers from this computer what any client wrote.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_public_address_the_host_header_makes_no_request_local() {
    let wire = RawSocket::open().await;
    let ask = async |host: &str, more: &str| {
        let head = format!(
            "GET /scim/v2/{}/Users HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n{more}\r\n",
            wire.api.connection_id, wire.api.token
        );
        wire.request_raw(head.into_bytes()).await.expect("an answer").status
    };
    assert_eq!(ask("localhost", "").await, 200, "without a public address");
    wire.api.command("server.publicUrl", json!({"publicUrl": "https://scim.company.org"})).await;
    for host in ["localhost", "127.0.0.1", &*wire.address, "[::1]", "scim.company.org"] {
        assert_eq!(ask(host, "").await, 403, "{host}");
        assert_eq!(ask(host, "x-foundational-own: 00\r\n").await, 403, "{host} with a made-up key");
    }
    assert_eq!(
        ask("scim.company.org", "x-forwarded-proto: https\r\n").await,
        200,
        "a proxy that terminated TLS"
    );
    let (name, value) = wire.api.app.server().own_request_header().expect("there is randomness");
    assert_eq!(ask("localhost", &format!("{name}: {value}\r\n")).await, 200, "this very process");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_host_is_refused_in_every_version() {
    let wire = RawSocket::open().await;
    for version in ["1.0", "1.1"] {
        for headers in ["", "host:\r\n", "host: a\r\nhost: a\r\n"] {
            let head = format!(
                "GET /scim/v2/{}/Users HTTP/{version}\r\n{headers}authorization: Bearer {}\r\n\r\n",
                wire.api.connection_id, wire.api.token
            );
            let received = wire.request_raw(head.into_bytes()).await.expect("an answer");
            assert_eq!(
                (received.status, &received.body["status"]),
                (400, &json!("400")),
                "{version} {headers:?}"
            );
        }
    }
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_a_coding_is_refused_and_the_coding_is_named() {
    let wire = RawSocket::open().await;
    let body = b"{\"userName\": \"a\"}";
    for (coding, status) in [("gzip", 415), ("identity, br", 415), ("x", 415), ("identity", 201)] {
        let headers = format!(
            "content-type: application/scim+json\r\ncontent-encoding: {coding}\r\ncontent-length: {}\r\n\
             connection: close\r\n",
            body.len()
        );
        let received =
            wire.request_raw(wire.request("POST", "/Users", &headers, body)).await.expect("an answer");
        assert_eq!(received.status, status, "{coding}: {received:?}");
        if status == 415 {
            let detail = received.body["detail"].as_str().unwrap();
            assert!(detail.contains("Content-Encoding"), "{coding}: {detail}");
            assert!(
                received.head.contains("accept-encoding: identity"),
                "the answer names what is read: {}",
                received.head
            );
        }
    }
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_names_another_host_is_refused() {
    let wire = RawSocket::open().await;
    let absolute = |authority: &str| {
        format!(
            "GET http://{authority}/scim/v2/{}/Users HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            wire.api.connection_id, wire.address, wire.api.token
        )
        .into_bytes()
    };
    let received = wire.request_raw(absolute(&wire.address)).await.unwrap();
    assert_eq!(received.status, 200, "the same host twice is fine: {received:?}");
    let received = wire.request_raw(absolute("evil.example")).await.unwrap();
    assert_eq!((received.status, &received.body["status"]), (400, &json!("400")), "{received:?}");
    wire.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_answers_many_requests_in_order() {
    let wire = RawSocket::open().await;
    let mut bytes = Vec::new();
    for count in 0..5 {
        bytes.extend(wire.request("GET", &format!("/Users?count={count}&startIndex={}", count + 1), "", b""));
    }
    bytes.extend(wire.request("GET", "/Users?startIndex=6", "connection: close\r\n", b""));
    let stream = TcpStream::connect(&wire.address).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    to.write_all(&bytes).await.unwrap();
    let mut received = Vec::new();
    timeout(PATIENCE, from.read_to_end(&mut received)).await.expect("it ends").unwrap();
    let text = String::from_utf8_lossy(&received);
    let starts: Vec<&str> = text
        .match_indices("\"startIndex\":")
        .map(|(at, word)| &text[at + word.len()..=at + word.len()])
        .collect();
    assert_eq!(starts, ["1", "2", "3", "4", "5", "6"], "{text}");
}

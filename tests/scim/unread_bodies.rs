//! A body that an answer did not need: the next request on the connection works, or the answer announces that there is none
//! (RFC 9112 sections 9.3 and 9.6).

use serde_json::json;
use tests::Api;

use crate::raw_socket::RawSocket;
use crate::requests::{id, names, person, read};

/// The bytes of a body in which a client hides a request.
fn hiding(wire: &RawSocket, size: usize) -> Vec<u8> {
    let mut body = wire.request("POST", "/Users", "content-length: 19\r\n", b"{\"userName\": \"evil\"}");
    body.resize(body.len().max(size), b' ');
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_answer_that_did_not_need_the_body_the_next_request_works_or_is_not_awaited() {
    let wire = RawSocket::open().await;
    let leaver = id(&person(&wire.api, "leaver").await);
    let json = "content-type: application/scim+json\r\n";
    let elsewhere = |method: &str| format!("{method} /elsewhere HTTP/1.1\r\nhost: {}\r\n", wire.address);
    for size in [300, 100_000] {
        for (what, start, status) in [
            ("GET with a body", wire.start("GET", "/Users?count=0", json), 200),
            (
                "GET of an unknown user",
                wire.start("GET", "/Users/00000000-0000-0000-0000-000000000000", json),
                404,
            ),
            (
                "DELETE of an unknown user",
                wire.start("DELETE", "/Users/00000000-0000-0000-0000-000000000000", ""),
                404,
            ),
            ("an unknown path", wire.start("GET", "/Nothing", json), 404),
            ("an unknown method", wire.start("DELETE", "/Users", json), 405),
            ("another media type", wire.start("POST", "/Users", "content-type: text/plain\r\n"), 415),
            ("no endpoint", elsewhere("GET"), 404),
            ("no endpoint, and POST", elsewhere("POST"), 404),
            ("a body too large by its own account", wire.start("POST", "/Users", json), 413),
        ] {
            let body = hiding(&wire, if status == 413 { 1_100_000 } else { size });
            let next = wire.request("GET", "/Users?startIndex=7", "connection: close\r\n", b"");
            let request = format!("{start}content-length: {}\r\n\r\n", body.len()).into_bytes();
            let received = wire.say([request, body, next].concat(), false).await;
            let text = String::from_utf8_lossy(&received).to_ascii_lowercase();
            let answers: Vec<&str> = text.split("http/1.1 ").skip(1).collect();
            assert!(answers[0].starts_with(&status.to_string()), "{what}, {size}: {text}");
            let says_so = answers[0].contains("connection: close");
            if says_so {
                assert_eq!(answers.len(), 1, "{what}, {size}: it announces that it is the last one: {text}");
            } else {
                assert_eq!(answers.len(), 2, "{what}, {size}: the next request is answered: {text}");
                assert!(
                    answers[1].contains("\"startindex\":7"),
                    "{what}, {size}: and it is the next: {text}"
                );
            }
            let may_go_on = size == 300 && !what.starts_with("no endpoint") && status != 413;
            assert_eq!(
                says_so, !may_go_on,
                "{what}, {size}: a short rest is read for an authenticated client: {text}"
            );
        }
    }
    assert_eq!(names(&read(&wire.api, "/Users").await), ["leaver"], "no body was taken for a request");
    let body = b"{}";
    let delete =
        format!("{}content-length: 2\r\n\r\n", wire.start("DELETE", &format!("/Users/{leaver}"), json));
    let next = wire.request("GET", "/Users?startIndex=7", "connection: close\r\n", b"");
    let received = wire.say([delete.as_bytes(), body, &next].concat(), false).await;
    let text = String::from_utf8_lossy(&received);
    assert!(text.starts_with("HTTP/1.1 204") && text.contains("HTTP/1.1 200"), "DELETE with a body: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_connection_is_paused_its_bodies_are_read_and_thrown_away() {
    let wire = RawSocket::open().await;
    wire.api.command("connection.pause", json!({"id": wire.api.connection_id})).await;
    let start = wire.start("POST", "/Users", "content-type: application/json\r\n");
    let body = hiding(&wire, 300);
    let next = wire.request("GET", "/Users", "connection: close\r\n", b"");
    let request = format!("{start}content-length: {}\r\n\r\n", body.len()).into_bytes();
    let received = wire.say([request, body, next].concat(), false).await;
    let text = String::from_utf8_lossy(&received);
    assert_eq!(text.matches("HTTP/1.1 503").count(), 2, "both are refused for now: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_for_100_continue_gets_none_for_a_body_that_is_not_needed() {
    let wire = RawSocket::open().await;
    let start = wire.start("POST", "/Users", "content-type: text/plain\r\nexpect: 100-continue\r\n");
    let received = wire.say(format!("{start}content-length: 10\r\n\r\n").into_bytes(), false).await;
    let text = String::from_utf8_lossy(&received).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 415") && text.contains("connection: close"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_http_2_have_no_connection_header() {
    let api = Api::start("custom").await;
    for path in ["/elsewhere".to_owned(), format!("/scim/v2/{}/Users", api.connection_id)] {
        let request = axum::http::Request::builder()
            .method("POST")
            .version(axum::http::Version::HTTP_2)
            .uri(format!("http://127.0.0.1:8470{path}"))
            .body(axum::body::Body::from("x".repeat(1_000)))
            .unwrap();
        let reply = api.send(request).await;
        assert!(reply.status.is_client_error(), "{reply:?}");
        assert!(!reply.headers.contains_key("connection"), "RFC 9113 section 8.2.2: {reply:?}");
    }
}

//! More requests than the server works on at once (RFC 7644 section 3.12, RFC 9110 section 15.6.4).

use serde_json::json;
use tests::{Api, until};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn one_request_too_many_is_told_when_to_come_back_and_then_served() {
    let api = Api::start("custom").await;
    let view = api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    let address = view["listen"].as_str().unwrap();
    // Each of these has proved itself and keeps its place while its body is waited for.
    let head = format!(
        "POST /scim/v2/{}/Users HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-length: 10\r\n\r\n",
        api.connection_id, api.token
    );
    let mut waiting = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    let refused = until("all places are taken", async || {
        let reply = api.scim("GET", "/Users", None).await;
        (reply.status == 503).then_some(reply)
    })
    .await;
    let wait = refused.headers["retry-after"].to_str().unwrap().to_owned();
    assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "whole seconds: {wait}");
    refused.refused(503, None);
    drop(waiting);
    until("the places are free again", async || {
        (api.scim("GET", "/Users", None).await.status == 200).then_some(())
    })
    .await;
}

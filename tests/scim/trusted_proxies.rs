//! Which proxies are believed: those on this computer and on a list. What any other address says of a client is what every client
//! can write.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use foundational::Caller;
use foundational::error::Code;
use serde_json::json;
use tests::{Api, Reply};

const PROXY: [u8; 4] = [10, 0, 0, 4];
const CLIENT: &str = "203.0.113.9";
const NAMED: &str = "The proxy at 10.0.0.4 is not in the list of trusted proxies";

/// A request that this address passes on over HTTPS for the clients of the chain.
async fn through(api: &Api, peer: [u8; 4], chain: &str) -> Reply {
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .extension(ConnectInfo(SocketAddr::from((peer, 40_000))))
        .header("host", "scim.example.com")
        .header("authorization", format!("Bearer {}", api.token))
        .header("x-forwarded-for", chain)
        .header("x-forwarded-proto", "https")
        .body(Body::empty())
        .unwrap();
    api.send(request).await
}

/// Why the newest request was refused, and which remedy it has.
async fn is_explained(api: &Api) {
    let shown = api.recorded("GET", "/Users").await;
    assert!(shown["why"].as_str().unwrap().contains(NAMED), "{shown}");
    assert_eq!(shown["remedy"]["kind"], "openServer", "{shown}");
}

#[tokio::test]
async fn a_proxy_on_another_computer_is_believed_once_it_is_on_the_list() {
    let api = Api::start("custom").await;
    let rules =
        json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": [CLIENT]});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let detail = through(&api, PROXY, CLIENT).await.refused(403, None);
    assert!(detail.contains("not on the list of this connection") && detail.contains(NAMED), "{detail}");
    is_explained(&api).await;

    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com"})).await;
    let detail = through(&api, PROXY, CLIENT).await.refused(403, None);
    assert!(detail.contains("arrived over plain http") && detail.contains(NAMED), "{detail}");
    is_explained(&api).await;

    let wrong = json!({"proxies": ["10.0.0.4", "0.0.0.0/0"]});
    let error = api.app.call(&Caller::Operator, "server.setProxies", wrong).await.unwrap_err();
    assert_eq!(error.code, Code::Invalid, "everyone: {error}");
    through(&api, PROXY, CLIENT).await.refused(403, None);

    let list = json!({"proxies": ["10.0.0.0/24", " 10.0.0.0/24 "]});
    let saved = api.command("server.setProxies", list).await;
    assert_eq!(saved, json!({"proxies": ["10.0.0.0/24"]}), "once");
    through(&api, PROXY, CLIENT).await.expect(200, "it is on the list");
    let chain = format!("198.51.100.7, {CLIENT}, 10.0.0.5, 127.0.0.1");
    through(&api, PROXY, &chain).await.expect(200, "the client is the rightmost that no trusted proxy has");
    through(&api, [127, 0, 0, 1], CLIENT).await.expect(200, "a proxy on this computer needs no list");
    let chain = format!("{CLIENT}, 198.51.100.7");
    let detail = through(&api, PROXY, &chain).await.refused(403, None);
    assert!(!detail.contains("trusted proxies"), "another client: {detail}");
    let detail = through(&api, [10, 0, 1, 4], CLIENT).await.refused(403, None);
    assert!(detail.contains("The proxy at 10.0.1.4"), "it is in another network: {detail}");

    api.command("server.setProxies", json!({"proxies": []})).await;
    through(&api, PROXY, CLIENT).await.refused(403, None);
}

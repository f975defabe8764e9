//! Discovery without a token (RFC 7644 section 4): only when it is switched on, and nothing else with it.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tests::{Api, Reply};

use crate::requests::{USER, person};
use crate::tokens::never_made;

async fn anonymous(api: &Api, method: &str, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(format!("/scim/v2/{}{path}", api.connection_id));
    api.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn discovery_is_closed_until_it_is_opened_and_after_it_is_closed() {
    let api = Api::start("custom").await;
    let one = format!("/Schemas/{USER}");
    let paths = ["/ServiceProviderConfig", "/Schemas", &one, "/ResourceTypes", "/ResourceTypes/User"];
    for path in paths {
        anonymous(&api, "GET", path).await.refused(401, None);
    }
    api.command("server.openDiscovery", json!({"open": true})).await;
    for path in paths {
        anonymous(&api, "GET", path).await.expect(200, path);
        assert_eq!(anonymous(&api, "HEAD", path).await.status, 200, "{path}");
    }
    api.command("server.openDiscovery", json!({"open": false})).await;
    for path in paths {
        anonymous(&api, "GET", path).await.refused(401, None);
    }
}

#[tokio::test]
async fn nothing_else_is_opened_with_discovery() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    api.command("server.openDiscovery", json!({"open": true})).await;
    for (method, path) in [
        ("GET", "/Users"),
        ("GET", "/Groups"),
        ("GET", "/Me"),
        ("GET", "/"),
        ("GET", "/Schemas/../Users"),
        ("GET", "/Schemas/a/b"),
        ("POST", "/Schemas"),
        ("PUT", "/ServiceProviderConfig"),
        ("OPTIONS", "/Users"),
        ("POST", "/Bulk"),
        ("POST", "/.search"),
    ] {
        anonymous(&api, method, path).await.refused(401, None);
    }
    // Who brings a token is held to it.
    let reply = Request::get(format!("/scim/v2/{}/Schemas", api.connection_id))
        .header("authorization", format!("Bearer {}", never_made()))
        .body(Body::empty())
        .unwrap();
    api.send(reply).await.refused(401, None);
    let elsewhere =
        Request::get("/scim/v2/00000000-0000-4000-8000-000000000000/Schemas").body(Body::empty()).unwrap();
    api.send(elsewhere).await.refused(404, None);
}

//! A public address that has changed, and a connection that is called at the one of before.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tests::Api;

use crate::findings::{finish, found, is_over, parts};

/// A request of the provider through a proxy, to this name.
async fn call_at(api: &Api, host: &str) {
    api.clock.advance(Duration::from_mins(1));
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("host", host)
        .header("authorization", format!("Bearer {}", api.token))
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.9");
    api.send(request.body(Body::empty()).unwrap()).await.expect(200, host);
    api.recorded_now().await;
}

async fn set(api: &Api, url: &str) {
    api.clock.advance(Duration::from_mins(1));
    api.command("server.publicUrl", json!({"publicUrl": url})).await;
}

#[tokio::test]
async fn a_changed_address_is_found_for_each_connection_until_it_is_called_there() {
    let api = Api::start("okta").await;
    finish(&api).await;
    set(&api, "https://old.example.com").await;
    is_over(&api, "address.changed").await;
    call_at(&api, "old.example.com").await;
    is_over(&api, "address.changed").await;
    set(&api, "https://new.example.com").await;
    let finding = found(&api, "address.changed").await;
    assert_eq!(finding["message"], "First: no request has arrived at the new address yet.");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["likely: Okta still has the old endpoint."]);
    assert_eq!(remedies, ["copyEndpoint", "checkAddress"]);
    let endpoint = finding["remedies"][0]["target"].as_str().unwrap();
    assert!(endpoint.starts_with("https://new.example.com/scim/v2/"), "{endpoint}");
    assert_eq!(evidence, "The last request called old.example.com; The public address was changed");
    call_at(&api, "old.example.com").await;
    let finding = found(&api, "address.changed").await;
    assert_eq!(finding["message"], "First: Okta still calls the old address.");
    assert_eq!(parts(&finding).0, ["certain: Okta still has the old endpoint."]);
    call_at(&api, "new.example.com").await;
    is_over(&api, "address.changed").await;
    set(&api, "https://old.example.com").await;
    found(&api, "address.changed").await;
    call_at(&api, "old.example.com").await;
    is_over(&api, "address.changed").await;
}

#[tokio::test]
async fn a_name_that_an_admin_allows_beside_the_address_is_no_old_one() {
    let api = Api::start("okta").await;
    finish(&api).await;
    set(&api, "https://scim.example.com").await;
    api.command("server.addHost", json!({"name": "inside.example.com"})).await;
    call_at(&api, "inside.example.com").await;
    is_over(&api, "address.changed").await;
}

//! Secrets that are tried with the key of a token: who tries them, how many and since when.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tests::{Api, never_made, with_another_secret};

use crate::findings::{found, is_over, parts};

const CODE: &str = "token.wrongSecrets";

/// Five requests from this address, a minute apart.
async fn five(api: &Api, address: &str, token: &str) {
    for _ in 0..5 {
        one(api, address, token).await;
    }
}

async fn one(api: &Api, address: &str, token: &str) {
    api.clock.advance(Duration::from_mins(1));
    let request = Request::get(format!("/scim/v2/{}/Users?word=token.wrong_secret", api.connection_id))
        .header("authorization", format!("Bearer {token}"))
        .header("x-forwarded-for", address)
        .header("x-forwarded-proto", "https")
        .body(Body::empty())
        .unwrap();
    api.send(request).await.refused(401, None);
    api.recorded_now().await;
}

#[tokio::test]
async fn secrets_that_are_tried_with_a_known_key_are_found_by_address_until_a_day_is_quiet() {
    let api = Api::start("custom").await;
    let wrong = with_another_secret(&api.token);
    five(&api, "203.0.113.7", &never_made()).await;
    for _ in 0..4 {
        one(&api, "203.0.113.8", &wrong).await;
    }
    is_over(&api, CODE).await;
    one(&api, "203.0.113.8", &wrong).await;
    let finding = found(&api, CODE).await;
    let message = "First: requests from 203.0.113.8 have the key of a token and a wrong secret.";
    assert_eq!((&finding["message"], &finding["severity"]), (&json!(message), &json!("warning")));
    let (causes, remedies, evidence) = parts(&finding);
    assert!(causes[0].starts_with("likely: The key is known outside"), "{causes:?}");
    assert_eq!(remedies, ["seeActivity", "editAllowList", "seeTokens"]);
    assert_eq!(evidence, "5 requests refused from 203.0.113.8");
    assert!(finding["evidence"][0]["activityId"].is_string(), "and it can be opened: {finding}");

    one(&api, "203.0.113.8", &wrong).await;
    five(&api, "203.0.113.9", &wrong).await;
    let finding = found(&api, CODE).await;
    let message = "First: requests from 2 addresses have the key of a token and a wrong secret.";
    assert_eq!(finding["message"], message);
    let (_, _, evidence) = parts(&finding);
    assert_eq!(
        evidence, "6 requests refused from 203.0.113.8; 5 requests refused from 203.0.113.9",
        "the most busy one first"
    );
    api.clock.advance(Duration::from_hours(24));
    is_over(&api, CODE).await;
}

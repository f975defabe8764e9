//! Failed authentications are limited, successful ones never are (RFC 6585 section 4 for 429).

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use serde_json::Value;
use tests::{Api, Reply, never_made, with_another_secret};

/// A request through the proxy on this computer from `chain`.
async fn from(api: &Api, chain: &str, token: &str) -> Reply {
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", format!("Bearer {token}"))
        .header("x-forwarded-for", chain)
        .header("x-forwarded-proto", "https")
        .body(Body::empty())
        .unwrap();
    api.send(request).await
}

#[tokio::test]
async fn twenty_failures_a_minute_are_answered_and_later_ones_have_to_wait() {
    let api = Api::start("custom").await;
    for n in 0..20 {
        let wrong = if n % 2 == 0 { never_made() } else { with_another_secret(&api.token) };
        from(&api, "203.0.113.9", &wrong).await.refused(401, None);
        api.clock.advance(Duration::from_millis(500));
    }
    let reply = from(&api, "203.0.113.9", &never_made()).await;
    assert_eq!(reply.headers["retry-after"], "50", "whole seconds until the minute is over");
    assert!(reply.refused(429, None).contains("50 seconds"));
    api.clock.advance(Duration::from_millis(49_900));
    let reply = from(&api, "203.0.113.9", "garbage").await;
    assert_eq!(reply.headers["retry-after"], "1", "rounded up, never 0");
    reply.refused(429, None);
    api.clock.advance(Duration::from_millis(100));
    from(&api, "203.0.113.9", &never_made()).await.refused(401, None);
}

#[tokio::test]
async fn a_valid_token_is_never_locked_out() {
    let api = Api::start("custom").await;
    for _ in 0..200 {
        from(&api, "203.0.113.9", &never_made()).await;
    }
    for _ in 0..50 {
        from(&api, "203.0.113.9", &api.token).await.expect(200, "the same address with the right token");
        from(&api, "203.0.113.9", &never_made()).await.refused(429, None);
    }
}

#[tokio::test]
async fn behind_a_proxy_that_names_no_client_the_failures_of_one_hold_up_no_valid_token() {
    // Over a socket: what counts is the address of the proxy, which all of its clients have in common.
    let api = Api::start_listening("custom").await;
    let (other, other_token) = api.connect("Second", "custom").await;
    let through = async |connection: &str, token: &str| {
        let request = Request::get(format!("/scim/v2/{connection}/Users"))
            .header("authorization", format!("Bearer {token}"))
            .header("x-forwarded-proto", "https")
            .body(Body::empty())
            .unwrap();
        api.send(request).await
    };
    let first = &*api.connection_id;
    // One who guesses, one who knows the token but for its secret, and one without any.
    let wrong = [never_made(), with_another_secret(&api.token), String::new()];
    for _ in 0..20 {
        through(first, &wrong[0]).await.refused(401, None);
    }
    for _ in 0..10 {
        for wrong in &wrong {
            let reply = through(first, wrong).await;
            assert!(reply.headers.contains_key("retry-after"), "a wrong token has to wait");
            reply.refused(429, None);
        }
        for (connection, token) in [(first, &api.token), (&*other, &other_token)] {
            let reply = through(connection, token).await;
            assert!(!reply.headers.contains_key("retry-after"), "a right one has not");
            reply.expect(200, "and is answered");
        }
    }
    // Also while many others are being refused.
    let flood = join_all((0..60).map(|n| through(first, &wrong[n % wrong.len()])));
    let right = async {
        for _ in 0..10 {
            through(first, &api.token).await.expect(200, "during the flood");
        }
    };
    let (refused, ()) = tokio::join!(flood, right);
    assert!(refused.iter().all(|reply| reply.status == 429), "{refused:?}");
}

#[tokio::test]
async fn the_client_is_the_rightmost_untrusted_address() {
    let api = Api::start("custom").await;
    // A client behind the proxy can write anything to the left of the address that the proxy adds.
    for n in 0..20 {
        from(&api, &format!("198.51.100.{n}, 203.0.113.9"), &never_made()).await.refused(401, None);
    }
    from(&api, "192.0.2.1, 203.0.113.9", &never_made()).await.refused(429, None);
    from(&api, "203.0.113.9, 192.0.2.1", &never_made()).await.refused(401, None);
}

#[tokio::test]
async fn a_client_with_an_old_token_always_learns_why_it_is_refused() {
    let api = Api::start("custom").await;
    let (_, other) = api.connect("Second", "custom").await;
    for _ in 0..30 {
        let detail = from(&api, "203.0.113.9", &other).await.refused(401, None);
        assert!(detail.contains("another connection"), "{detail}");
    }
}

#[tokio::test]
async fn a_flood_is_recorded_by_its_beginning_and_its_size_and_not_line_by_line() {
    let api = Api::start("custom").await;
    for _ in 0..100 {
        from(&api, "203.0.113.9", &never_made()).await;
    }
    from(&api, "203.0.113.9", &api.token).await.expect(200, "the last one");
    let list = serde_json::json!({"connectionId": api.connection_id, "limit": 200});
    let rows = async |least: usize| {
        tests::until("the requests are recorded", async || {
            let rows = api.command("activity.list", list.clone()).await;
            rows["rows"].as_array().filter(|rows| rows.len() >= least).cloned()
        })
        .await
    };
    let count = |rows: &[Value], status: u16| rows.iter().filter(|row| row["status"] == status).count();
    let at_once = rows(22).await;
    assert_eq!((count(&at_once, 401), count(&at_once, 429), count(&at_once, 200)), (20, 1, 1));
    api.app.server().flush_floods().await;
    let rows = rows(23).await;
    assert_eq!((count(&rows, 401), count(&rows, 429)), (20, 2), "the others are one row");
    let mut notes = Vec::new();
    for row in rows.iter().filter(|row| row["status"] == 429) {
        let row = api.command("activity.show", serde_json::json!({"id": row["id"]})).await;
        notes.push(row["notes"].to_string());
    }
    let of_all =
        notes.iter().filter(|text| text.contains("79 requests were refused for the same reason")).count();
    assert_eq!(of_all, 1, "which says how many it represents: {notes:?}");
}

#[tokio::test]
async fn each_request_with_a_known_key_and_a_wrong_secret_is_a_row() {
    let api = Api::start("custom").await;
    let wrong = with_another_secret(&api.token);
    for _ in 0..40 {
        from(&api, "203.0.113.9", &wrong).await;
    }
    let list = serde_json::json!({"connectionId": api.connection_id, "limit": 200});
    let rows = tests::until("the requests are recorded", async || {
        let rows = api.command("activity.list", list.clone()).await;
        rows["rows"].as_array().filter(|rows| rows.len() >= 40).cloned()
    })
    .await;
    assert_eq!(rows.len(), 40, "none of them is counted with others");
}

#[tokio::test]
async fn each_request_with_a_valid_token_at_a_wrong_address_is_a_row() {
    let api = Api::start("custom").await;
    for _ in 0..40 {
        let request = Request::get("/scim/v2/Users")
            .header("authorization", format!("Bearer {}", api.token))
            .header("x-forwarded-for", "203.0.113.9")
            .header("x-forwarded-proto", "https")
            .body(Body::empty())
            .unwrap();
        api.send(request).await.refused(404, None);
    }
    api.app.server().flush_floods().await;
    let list = serde_json::json!({"connectionId": api.connection_id, "limit": 200});
    let rows = tests::until("the requests are recorded", async || {
        let rows = api.command("activity.list", list.clone()).await;
        rows["rows"].as_array().filter(|rows| rows.len() >= 40).cloned()
    })
    .await;
    assert_eq!(rows.len(), 40, "none of them is counted with others");
}

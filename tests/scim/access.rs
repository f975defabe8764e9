//! Who may come in: every address, every method, every kind of wrong token (RFC 7644 sections 2 and 7, RFC 6750).

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Api, Reply, never_made, with_another_secret};

use crate::addresses::addresses;
use crate::requests::{USER, group, id, person, read};

pub const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "SEARCH"];

/// Every address there is below an endpoint, and some that are not.
async fn paths(api: &Api) -> Vec<String> {
    let ada = id(&person(api, "ada@secret-name.org").await);
    let crew = id(&group(api, "Secret crew", &[&ada]).await);
    let mut paths = addresses(&ada, &crew);
    let others = [
        "",
        "/Users/unknown",
        "/Nothing",
        "/Users?filter=userName%20pr",
        "/Users?cursor=",
        "/Users?filter=((((",
    ];
    paths.extend(others.map(str::to_owned));
    paths
}

async fn send(api: &Api, method: &str, path: &str, authorization: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri(format!("/scim/v2/{}{path}", api.connection_id));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let body = if matches!(method, "POST" | "PUT" | "PATCH") {
        Body::from(json!({"schemas": [USER], "userName": "intruder"}).to_string())
    } else {
        Body::empty()
    };
    api.send(request.body(body).unwrap()).await
}

/// Sends every method to every path and compares all answers with one status and one body, so that nothing can be learnt
/// from the answers.
async fn refused_everywhere(
    api: &Api,
    paths: &[String],
    what: &str,
    authorization: Option<&str>,
    status: u16,
    invalid: bool,
) {
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    for path in paths {
        for method in METHODS {
            let reply = send(api, method, path, authorization).await;
            let at = format!("{what}: {method} {path}");
            assert_eq!(reply.status.as_u16(), status, "{at}: {}", reply.body);
            for name in ["etag", "location", "allow"] {
                assert!(!reply.headers.contains_key(name), "{at}: {name} tells something");
            }
            if status == 401 {
                let challenge = reply.headers["www-authenticate"].to_str().unwrap();
                assert!(challenge.starts_with("Bearer realm="), "{at}: {challenge}");
                assert_eq!(challenge.contains("error=\"invalid_token\""), invalid, "{at}: {challenge}");
            }
            if method != "HEAD" {
                assert_eq!(reply.headers["content-type"], "application/scim+json", "{at}");
                bodies.insert(reply.body.to_string(), at);
                reply.refused(status, None);
            }
        }
    }
    assert_eq!(bodies.len(), 1, "{what}: the same body everywhere: {bodies:#?}");
    let body = bodies.keys().next().unwrap();
    for secret in ["secret-name", "Secret crew", "intruder", &api.connection_id, &api.token] {
        assert!(!body.contains(secret), "{what}: {body}");
    }
}

#[tokio::test]
async fn cve_2025_4210_no_address_answers_without_a_token() {
    let api = Api::start("custom").await;
    let paths = paths(&api).await;
    let before = read(&api, "/Users").await;
    for (what, authorization) in [
        ("nothing", None),
        ("an empty header", Some("")),
        ("only the scheme", Some("Bearer")),
        ("a space", Some("Bearer ")),
    ] {
        refused_everywhere(&api, &paths, what, authorization, 401, false).await;
    }
    assert_eq!(read(&api, "/Users").await, before, "and nothing happened");
}

#[tokio::test]
async fn no_address_answers_to_a_wrong_token() {
    let api = Api::start("custom").await;
    let paths = paths(&api).await;
    let before = read(&api, "/Users").await;
    let (_, other) = api.connect("Second", "custom").await;
    let shortened = api.token[..api.token.len() - 1].to_owned();
    for (what, authorization) in [
        ("garbage", "Bearer garbage".to_owned()),
        ("a wrong secret", format!("Bearer {}", with_another_secret(&api.token))),
        ("a token that was never made", format!("Bearer {}", never_made())),
        ("a token cut short", format!("Bearer {shortened}")),
        ("a token with something behind it", format!("Bearer {}x", api.token)),
        ("the token in capitals", format!("Bearer {}", api.token.to_uppercase())),
        ("Basic", format!("Basic {}", api.token)),
        ("the connection's id", format!("Bearer {}", api.connection_id)),
        ("another connection's token", format!("Bearer {other}")),
        ("a long one", format!("Bearer {}", "a".repeat(10_000))),
    ] {
        refused_everywhere(&api, &paths, what, Some(&authorization), 401, true).await;
    }
    assert_eq!(read(&api, "/Users").await, before, "and nothing happened");
}

#[tokio::test]
async fn a_wrong_secret_is_answered_exactly_like_an_unknown_token() {
    let api = Api::start("custom").await;
    let unknown = send(&api, "GET", "/Users", Some(&format!("Bearer {}", never_made()))).await;
    let wrong =
        send(&api, "GET", "/Users", Some(&format!("Bearer {}", with_another_secret(&api.token)))).await;
    assert_eq!(unknown.body, wrong.body);
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    api.command("token.revoke", json!({"id": tokens[0]["id"]})).await;
    let revoked =
        send(&api, "GET", "/Users", Some(&format!("Bearer {}", with_another_secret(&api.token)))).await;
    assert_eq!(revoked.body, wrong.body, "nor whether a token of that id was revoked");
}

#[tokio::test]
async fn no_address_answers_to_a_revoked_token() {
    let api = Api::start("custom").await;
    let paths = paths(&api).await;
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    api.command("token.revoke", json!({"id": tokens[0]["id"]})).await;
    refused_everywhere(&api, &paths, "revoked", Some(&format!("Bearer {}", api.token)), 401, true).await;
    let detail = send(&api, "GET", "/Users", Some(&format!("Bearer {}", api.token))).await.refused(401, None);
    assert!(detail.contains("revoked"), "a client with the secret learns why: {detail}");
}

#[tokio::test]
async fn a_token_works_until_the_second_it_expires() {
    let api = Api::start("custom").await;
    let paths = paths(&api).await;
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    let end: String = tokens[0]["expiresAt"].as_str().unwrap().to_owned();
    assert!(end.starts_with("2027-11-24"), "a year: {end}");
    api.clock.advance(Duration::from_hours(365 * 24) - Duration::from_millis(1));
    assert_eq!(
        send(&api, "GET", "/Users", Some(&format!("Bearer {}", api.token))).await.status,
        200,
        "to the last moment"
    );
    api.clock.advance(Duration::from_millis(1));
    refused_everywhere(&api, &paths, "expired", Some(&format!("Bearer {}", api.token)), 401, true).await;
    let detail = send(&api, "GET", "/Users", Some(&format!("Bearer {}", api.token))).await.refused(401, None);
    assert!(detail.contains("expired"), "{detail}");
}

#[tokio::test]
async fn a_paused_connection_is_503_for_its_own_token_and_401_for_others() {
    let api = Api::start("custom").await;
    let paths = paths(&api).await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    refused_everywhere(&api, &paths, "paused", Some(&format!("Bearer {}", api.token)), 503, false).await;
    let reply = api.scim("GET", "/Users", None).await;
    let wait = reply.headers["retry-after"].to_str().unwrap();
    assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "whole seconds: {wait}");
    refused_everywhere(&api, &paths, "paused, no token", None, 401, false).await;
    api.command("connection.resume", json!({"id": api.connection_id})).await;
    read(&api, "/Users").await;
}

#[tokio::test]
async fn two_authorization_headers_are_refused_even_if_one_is_right() {
    let api = Api::start("custom").await;
    let right = format!("Bearer {}", api.token);
    for (one, two) in [(&*right, &*right), (&*right, "Bearer x"), ("Bearer x", &*right)] {
        let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("authorization", one)
            .header("authorization", two)
            .body(Body::empty())
            .unwrap();
        api.send(request).await.refused(400, None);
    }
}

#[tokio::test]
async fn two_host_headers_are_refused() {
    let api = Api::start("custom").await;
    let reply = api.scim_with("GET", "/Users", &[("host", "evil.example")], None).await;
    reply.refused(400, None);
}

#[tokio::test]
async fn a_token_in_the_address_or_in_the_body_proves_nothing() {
    let api = Api::start("custom").await;
    for query in ["access_token", "token", "bearer"] {
        let path = format!("/Users?{query}={}", api.token);
        assert_eq!(send(&api, "GET", &path, None).await.status, 401, "RFC 6750 section 5.3");
    }
    let request = Request::post(format!("/scim/v2/{}/Users", api.connection_id))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", format!("access_token={}", api.token))
        .header("x-api-key", &api.token)
        .body(Body::from(format!("access_token={}", api.token)))
        .unwrap();
    assert_eq!(api.send(request).await.status, 401);
}

#[tokio::test]
async fn every_id_of_one_connection_is_unknown_to_another() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let crew = id(&group(&api, "Crew", &[&ada]).await);
    let (other, token) = api.connect("Second", "custom").await;
    let as_other = async |method: &str, path: String, body: Value| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{other}{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/scim+json")
            .body(Body::from(body.to_string()))
            .unwrap();
        api.send(request).await
    };
    let touch =
        crate::requests::patch(json!([{"op": "replace", "path": "displayName", "value": "Taken over"}]));
    let before = (read(&api, &format!("/Users/{ada}")).await, read(&api, &format!("/Groups/{crew}")).await);
    for path in [format!("/Users/{ada}"), format!("/Groups/{crew}")] {
        let strange = path
            .replace(&ada, "00000000-0000-7000-8000-000000000000")
            .replace(&crew, "00000000-0000-7000-8000-000000000000");
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let body =
                if method == "PATCH" { touch.clone() } else { json!({"userName": "x", "displayName": "x"}) };
            let reply = as_other(method, path.clone(), body.clone()).await;
            let never = as_other(method, strange.clone(), body).await;
            assert_eq!(
                (reply.status.as_u16(), never.status.as_u16()),
                (404, 404),
                "{method} {path}: {}",
                reply.body
            );
            let shape = |body: &Value| {
                body.to_string()
                    .replace(&ada, "ID")
                    .replace(&crew, "ID")
                    .replace("00000000-0000-7000-8000-000000000000", "ID")
            };
            assert_eq!(shape(&reply.body), shape(&never.body), "{method} {path}: as if it had never been");
        }
        let posted = json!([{"method": "DELETE", "path": path}]);
        let done = as_other("POST", "/Bulk".into(), crate::requests::bulk(posted)).await.expect(200, "bulk");
        assert_eq!(done["Operations"][0]["status"], "404");
    }
    // A foreign id as a member is an unresolved one, and is never resolved.
    let made = as_other(
        "POST",
        "/Groups".into(),
        json!({"displayName": "Crew", "members": [{"value": ada}, {"value": crew}]}),
    )
    .await;
    assert_eq!(made.expect(201, "the same name is free there").get("members"), None);
    let after = (read(&api, &format!("/Users/{ada}")).await, read(&api, &format!("/Groups/{crew}")).await);
    assert_eq!(before, after, "untouched, and in no foreign group");
}

#[tokio::test]
async fn behind_a_public_address_plain_http_is_403_after_the_token_and_never_redirected() {
    let api = Api::start("custom").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.company.org"})).await;
    let ask = async |headers: &[(&str, &str)], token: &str| {
        let mut request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("host", "scim.company.org")
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        api.send(request.body(Body::empty()).unwrap()).await
    };
    let plain = ask(&[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "http")], &api.token).await;
    assert!(!plain.headers.contains_key("location"), "a redirect would send the token again");
    assert!(plain.refused(403, None).contains("https"), "the refusal says what to use");
    ask(&[], &api.token).await.refused(403, None);
    ask(&[("x-forwarded-proto", "http")], &never_made()).await.refused(401, None);
    let both = [("x-forwarded-proto", "https"), ("forwarded", "proto=http")];
    ask(&both, &api.token).await.refused(400, None);
    let secure = ask(&[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")], &api.token).await;
    secure.expect(200, "TLS terminated at the proxy");
    ask(&[("forwarded", "for=203.0.113.9;proto=https")], &api.token)
        .await
        .expect(200, "distinguished by the other header");
    let made = api
        .scim("POST", "/Users", json!({"schemas": [USER], "userName": "ada"}))
        .await
        .expect(201, "from here");
    let location = made["meta"]["location"].as_str().unwrap();
    assert!(location.starts_with("https://scim.company.org/scim/v2/"), "{location}");
}

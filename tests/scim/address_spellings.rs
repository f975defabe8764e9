//! One address has many spellings; each leads to the same door or to none.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tests::{Api, Reply};

use crate::requests::{id, person};

async fn get(api: &Api, path: &str, token: Option<&str>) -> Reply {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    api.send(request.body(Body::empty()).unwrap()).await
}

/// What is tolerated, because admins paste addresses with it.
#[tokio::test]
async fn doubled_and_trailing_slashes_are_the_same_address_and_need_the_same_token() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let c = &api.connection_id;
    for path in [
        format!("/scim/v2/{c}/Users/"),
        format!("/scim/v2/{c}//Users"),
        format!("//scim//v2//{c}//Users//"),
        format!("/scim/v2/{c}/Users///{ada}/"),
        format!("/scim/v2/{}/Users", c.to_uppercase()),
        format!("/scim/v2/{c}/Users/?count=1"),
        format!("/scim/v2/{c}/Users?x=/../../y"),
    ] {
        get(&api, &path, Some(&api.token)).await.expect(200, &path);
        get(&api, &path, None).await.refused(401, None);
    }
}

#[tokio::test]
async fn cve_2026_32130_an_encoded_path_is_no_way_around_the_token() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let c = &api.connection_id;
    let encoded = ada.replace('-', "%2D");
    for path in [
        format!("/scim/v2/{c}/%55sers"),
        format!("/scim/v2/{c}/Users/{encoded}"),
        format!("/scim/v2/{c}%2fUsers"),
        format!("/scim/v2/{c}%2FUsers"),
        format!("/scim/v2/{c}/%2e%2e/Users"),
        format!("/scim/v2/{c}/%2E/Users"),
        format!("/scim/v2/{c}/Users/%2e%2e/Groups"),
        format!("/scim/v2/{c}/Users%252f{ada}"),
        format!("/scim/v2/{c}/Users%5c{ada}"),
        format!("/scim/v2/{c}/Users%00"),
        format!("/scim/v2/{c}/Users;x=1"),
        format!("/scim/v2/{c}/Users;/../{ada}"),
        format!("/scim/v2/{c}/../{c}/Users"),
        format!("/scim/v2/./{c}/Users"),
        format!("/scim/v2/{c}/./Users"),
        format!("/scim/v2/{c}/Users/.."),
        format!("/scim/v2/{c}/USERS"),
        format!("/scim/v2/{c}/users"),
        format!("/scim/v2/{c}/Users%20"),
        format!("/scim/v2/{c}/Users.json"),
        format!("/scim/v2/{c}/Users%3Fcount=1"),
        format!("/scim/v2/{c}/Users%23"),
        format!("/SCIM/V2/{c}/Users"),
        format!("/scim/v1/{c}/Users"),
        format!("/scim/{c}/Users"),
        format!("/{c}/Users"),
        format!("/scim/v2/{}/Users", c.replace('-', "%2d")),
        format!("/scim/v2/{}/Users", &c[..35]),
        format!("/scim/v2/{c}0/Users"),
        "/scim/v2/Users".to_owned(),
        "/scim/v2".to_owned(),
        "/scim".to_owned(),
        "/".to_owned(),
        "/scim/v2/00000000-0000-4000-8000-000000000000/Users".to_owned(),
        "/.well-known/scim".to_owned(),
        "/api/users".to_owned(),
        "/metrics".to_owned(),
    ] {
        let without = get(&api, &path, None).await;
        assert!([400, 401, 404].contains(&without.status.as_u16()), "{path}: {without:?}");
        assert!(!without.body.to_string().contains("\"ada\""), "{path}");
        assert_eq!(without.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{path}");
        let with = get(&api, &path, Some(&api.token)).await;
        let is_same_address = with.status == 200;
        if is_same_address {
            // An encoded letter is the letter itself (RFC 3986 section 6.2.2.2); then the token is asked for as well.
            assert_eq!(without.status, 401, "{path} is an address, so it needs a token");
        } else {
            assert!([400, 404].contains(&with.status.as_u16()), "{path}: {}", with.body);
        }
    }
}

#[tokio::test]
async fn what_is_refused_before_the_token_says_nothing_about_who_is_here() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let c = &api.connection_id;
    for (one, two) in [
        (format!("/scim/v2/{c}%2fUsers"), "/scim/v2/00000000-0000-4000-8000-000000000000%2fUsers".to_owned()),
        (format!("/scim/v2/{c}/Users/{ada};"), format!("/scim/v2/{c}/Users/unknown;")),
        ("/nothing".to_owned(), "/scim/v2/00000000-0000-4000-8000-000000000000/Users".to_owned()),
    ] {
        let (one, two) = (get(&api, &one, None).await, get(&api, &two, None).await);
        assert_eq!((one.status, one.body), (two.status, two.body), "both alike");
    }
}

/// An admin who pasted the address wrongly opens the connection's page, so the request has to appear there.
#[tokio::test]
async fn an_address_that_is_nearly_right_is_explained_on_its_connection_alone() {
    let api = Api::start("custom").await;
    let (other, _) = api.connect("Second", "custom").await;
    let c = &api.connection_id;
    let nothing = get(&api, "/nothing", None).await;
    for (path, with_token, expected) in [
        (format!("/scim/v2/{}/Users", &c[..23]), false, "cut short"),
        (format!("/scim/v2/{}/Users", &c[..8]), false, "cut short"),
        (format!("/scim/v2/{c}Users"), false, "without a slash"),
        (format!("/scim/v2/scim/v2/{c}/Users"), false, "twice"),
        (format!("/scim/{c}/Users"), false, "is before the connection's id"),
        ("/scim/v2/Users".to_owned(), true, "is missing"),
        ("/Users".to_owned(), true, "is missing"),
        ("/scim/v2/00000000-0000-4000-8000-000000000000/Users".to_owned(), true, "is wrong"),
    ] {
        let answer = get(&api, &path, with_token.then_some(api.token.as_str())).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.body, nothing.body, "{path}: the caller learns nothing from it");
        let row = api.recorded("GET", &path).await;
        let why = row["why"].as_str().unwrap();
        assert!(why.contains(expected), "{path}: {why}");
        assert!(why.contains(&format!("/scim/v2/{c}.")), "it names the right endpoint: {why}");
        assert_eq!(row["row"]["reason"], "path.unknown", "{row}");
        assert_eq!(row["remedy"]["label"], "Copy endpoint", "{row}");
    }
    for (path, expected) in [
        (format!("/scim/v2/{c}"), "the endpoint itself"),
        (format!("/scim/v2/{c}/Users/Users"), "twice"),
        (format!("/scim/v2/{c}/scim/v2/Users"), "too much"),
    ] {
        get(&api, &path, Some(&api.token)).await.refused(404, None);
        let below = path.split_once(c).unwrap().1;
        let newest = tests::until("it is recorded", async || {
            let rows = rows_of(&api).await;
            rows.first().filter(|row| row["path"] == below).cloned()
        })
        .await;
        let row = api.command("activity.show", json!({"id": newest["id"]})).await;
        assert!(row["why"].as_str().unwrap().contains(expected), "{path}: {row}");
    }
    let evidence = api.command("connection.evidence", json!({"id": c})).await;
    let of = |kind: &str| evidence.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
    assert_eq!(of("addressReached")["refused"], json!(true), "the address is not right yet");
    assert!(of("credentials")["seenAt"].is_null(), "no one was admitted, so no token is judged");
    let elsewhere = api.command("activity.list", json!({"connectionId": other, "limit": 10})).await;
    assert_eq!(elsewhere["rows"], json!([]), "another connection has no record of it");
}

async fn rows_of(api: &Api) -> Vec<serde_json::Value> {
    let rows = api.command("activity.list", json!({"connectionId": api.connection_id, "limit": 200})).await;
    rows["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn strangers_and_repetitions_fill_no_log() {
    let api = Api::start("custom").await;
    let c = &api.connection_id;
    for path in ["/scim/v2/Users", "/wp-login.php", "/scim/v2/deadbeef/Users", "/scim", "/"] {
        get(&api, path, None).await.refused(404, None);
    }
    let wrong = format!("/scim/v2/scim/v2/{c}/Users");
    for _ in 0..60 {
        let request = Request::get(&wrong).header("x-forwarded-for", "203.0.113.9");
        api.send(request.body(Body::empty()).unwrap()).await.refused(404, None);
    }
    api.app.server().flush_floods().await;
    let rows = tests::until("what was counted is recorded", async || {
        let rows = rows_of(&api).await;
        (rows.len() > 21).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 22, "twenty, the first of the flood, and one for all that followed");
    assert!(rows.iter().all(|row| row["path"] == wrong), "nothing that strangers sent: {rows:?}");
}

#[tokio::test]
async fn the_address_of_a_deleted_connection_is_no_address() {
    let api = Api::start("custom").await;
    let (other, token) = api.connect("Second", "custom").await;
    let path = format!("/scim/v2/{other}/Users");
    get(&api, &path, Some(&token)).await.expect(200, "it is there");
    api.command("connection.delete", json!({"id": other, "people": "delete"})).await;
    let deleted = get(&api, &path, Some(&token)).await;
    let never = get(&api, "/scim/v2/00000000-0000-4000-8000-000000000000/Users", Some(&token)).await;
    assert_eq!((deleted.status.as_u16(), deleted.body), (404, never.body), "as if it had never existed");
}

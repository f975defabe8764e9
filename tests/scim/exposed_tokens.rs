//! A token that crosses a network unencrypted: it is refused, marked, and found until it ends (RFC 7644 section 7.2).

use axum::body::Body;
use axum::http::Request;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::Api;

use crate::raw_socket::RawSocket;
use crate::tokens::with_another_secret;

const CLEAR: &str = "x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: http\r\n";

/// When the connection's newest token first arrived unencrypted, and how many audit entries say so.
async fn marked(api: &Api, connection: &str) -> (Value, usize) {
    let tokens = api.command("token.list", json!({ "id": connection })).await;
    let entries =
        api.command("audit.list", json!({"filter": {"act": "tokenExpose"}, "offset": 0, "limit": 50})).await;
    (tokens[0]["exposedAt"].clone(), entries["rows"].as_array().unwrap().len())
}

async fn finding(api: &Api) -> Option<Value> {
    let found = api.command("diagnosis.findings", json!({})).await;
    found["findings"].as_array().unwrap().iter().find(|one| one["code"] == "token.exposed").cloned()
}

fn remedies(finding: &Value) -> Vec<&str> {
    finding["remedies"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_arrives_unencrypted_is_refused_and_marked_and_found_until_it_ends() {
    let wire = RawSocket::open().await;
    let api = &wire.api;
    let ask = async |headers: &str| {
        let bytes = wire.request("GET", "/Users", &format!("{headers}connection: close\r\n"), b"");
        wire.request_raw(bytes).await.expect("an answer")
    };
    assert_eq!(ask("").await.status, 200, "from this computer itself");
    assert_eq!((marked(api, &api.connection_id).await.0, finding(api).await), (Value::Null, None));

    // There is no public address yet: off this computer it is HTTPS or nothing all the same.
    let refused = ask(CLEAR).await;
    assert_eq!((refused.status, &refused.body["status"]), (403, &json!("403")), "{refused:?}");
    assert!(!refused.head.contains("location:"), "a redirect would send the token again: {}", refused.head);
    let (first, entries) = marked(api, &api.connection_id).await;
    assert_eq!((&first, entries), (&json!("2026-11-24T10:00:00Z"), 1), "the first time, with an audit entry");
    api.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(ask(CLEAR).await.status, 403);
    assert_eq!(marked(api, &api.connection_id).await, (first, 1), "the second time changes nothing");

    assert_eq!(ask("x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: https\r\n").await.status, 200);
    let found = finding(api).await.expect("over HTTPS it works, and remains one that others may know");
    assert_eq!((&found["severity"], remedies(&found)), (&json!("problem"), vec!["replaceToken"]), "{found}");
    assert_eq!(found["message"], "First: Token 1 arrived unencrypted.", "{found}");
    assert_eq!(found["evidence"][0]["at"], "2026-11-24T10:00:00Z", "{found}");

    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    let new = api.command("token.rotate", args).await["token"].clone();
    let found = finding(api).await.expect("both are usable");
    assert_eq!(remedies(&found), ["seeTokens"], "another one is there already: {found}");
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", format!("Bearer {}", new.as_str().unwrap()))
        .body(Body::empty())
        .unwrap();
    api.send(request).await.expect(200, "the new token ends the old one");
    tests::until("an ended token opens nothing", async || finding(api).await.is_none().then_some(())).await;
}

#[tokio::test]
async fn only_a_right_token_of_another_computer_is_marked() {
    let api = Api::start("custom").await;
    let users = format!("/scim/v2/{}/Users", api.connection_id);
    let ask = async |path: &str, token: &str, headers: &[(&str, &str)]| {
        let mut request = Request::get(path).header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        api.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    let (clear, client) = (("x-forwarded-proto", "http"), ("x-forwarded-for", "203.0.113.9"));
    for (token, headers, status) in [
        (&*api.token, &[("x-forwarded-proto", "https"), client][..], 200),
        (&*api.token, &[client], 200),
        (&*api.token, &[clear, ("x-forwarded-for", "127.0.0.1")], 200),
        (&*with_another_secret(&api.token), &[clear, client], 401),
    ] {
        assert_eq!(ask(&users, token, headers).await, status, "{headers:?}");
        assert_eq!(marked(&api, &api.connection_id).await, (Value::Null, 0), "{headers:?}");
    }
    // At whichever address it arrives, and however that is answered.
    let nowhere = "/scim/v2/00000000-0000-4000-8000-000000000000/Users";
    api.command("server.openDiscovery", json!({"open": true})).await;
    for (n, path, status) in [
        (1, users.clone(), 401),
        (2, nowhere.to_owned(), 404),
        (3, "/nothing".to_owned(), 404),
        (4, format!("/scim/v2/{}/Schemas", api.connection_id), 200),
    ] {
        let (other, token) = api.connect(&format!("Connection {n}"), "custom").await;
        assert_eq!(ask(&path, &token, &[clear, client]).await, status, "{path}");
        assert_ne!(marked(&api, &other).await.0, Value::Null, "{path}");
    }
    let (paused, token) = api.connect("Paused", "custom").await;
    api.command("connection.pause", json!({ "id": paused })).await;
    assert_eq!(ask(&format!("/scim/v2/{paused}/Users"), &token, &[clear, client]).await, 403);
    assert_ne!(marked(&api, &paused).await.0, Value::Null, "while its connection is paused");
    let tokens = api.command("token.list", json!({ "id": api.connection_id })).await;
    api.command("token.revoke", json!({"id": tokens[0]["id"]})).await;
    assert_eq!(ask(&users, &api.token, &[clear, client]).await, 401);
    assert_eq!(marked(&api, &api.connection_id).await.0, Value::Null, "one that is revoked opens nothing");
}

#[tokio::test]
async fn a_restored_workspace_knows_which_of_its_tokens_others_may_know() {
    let api = Api::start("custom").await;
    let admin = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.command("account.createFirst", admin).await;
    let made = api.command("backup.make", json!({})).await;
    let headers = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "http")];
    api.scim_with("GET", "/Users", &headers, None).await.refused(403, None);
    let args = json!({"file": made["file"], "seal": made["seal"], "typed": "RESTORE"});
    api.command("backup.restore", args).await;
    api.app.replaced().await;
    api.app.close().await;
    let options = Options { data: api.folder().to_owned(), listen: None, public_url: None, insist: false };
    let app = Foundational::open_at(options, api.clock.clone(), Ids::random()).await.unwrap();
    let tokens = app.call(&Caller::Operator, "token.list", json!({"id": api.connection_id})).await.unwrap();
    assert_eq!(tokens[0]["exposedAt"], "2026-11-24T10:00:00Z", "after the restart, too: {tokens}");
    app.close().await;
}

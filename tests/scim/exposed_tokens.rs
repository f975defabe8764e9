//! A token that crosses a network unencrypted: it is refused, marked, and found until it ends (RFC 7644 section 7.2).

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::{Api, Reply, until, with_another_secret};

const CLIENT: (&str, &str) = ("x-forwarded-for", "203.0.113.9");
const HTTP: (&str, &str) = ("x-forwarded-proto", "http");
const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");
const PASSWORD: &str = "correct horse battery";

/// When the connection's newest token first arrived unencrypted, and how many audit entries say so of any token.
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

/// A GET of any address with this token, as a proxy on this computer passes it on.
async fn pass_on(api: &Api, path: &str, token: &str, headers: &[(&str, &str)]) -> Reply {
    let proxy = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
    let mut request = Request::get(path).extension(proxy).header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(Body::empty()).unwrap()).await
}

fn users(connection: &str) -> String {
    format!("/scim/v2/{connection}/Users")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_arrives_unencrypted_is_refused_and_marked_and_found_until_it_ends() {
    let api = Api::start_listening("custom").await;
    let path = users(&api.connection_id);
    let ask = async |headers: &[(&str, &str)]| pass_on(&api, &path, &api.token, headers).await;
    ask(&[]).await.expect(200, "from this computer itself");
    ask(&[CLIENT, HTTPS]).await.expect(200, "the proxy passes on over HTTPS");
    assert_eq!((marked(&api, &api.connection_id).await.0, finding(&api).await), (Value::Null, None));

    // There is no public address yet: from another computer it is HTTPS or nothing all the same.
    let refused = ask(&[CLIENT, HTTP]).await;
    assert!(!refused.headers.contains_key("location"), "a redirect would send the token again");
    let detail = refused.refused(403, None);
    assert!(detail.contains("plain http") && detail.ends_with("replace it in Foundational."), "{detail}");
    let shown = api.recorded("GET", "/Users").await;
    let why = shown["why"].as_str().unwrap();
    assert!(why.contains("The token \"Token 1\" was sent unencrypted, so replace it"), "{why}");
    assert_eq!(shown["remedy"]["kind"], "openAddress", "{shown}");
    let (first, entries) = marked(&api, &api.connection_id).await;
    assert_eq!((&first, entries), (&json!("2026-11-24T10:00:00Z"), 1), "the first time, with an audit entry");
    api.clock.advance(Duration::from_hours(1));
    ask(&[CLIENT, HTTP]).await.refused(403, None);
    assert_eq!(marked(&api, &api.connection_id).await, (first, 1), "the second time changes nothing");

    ask(&[CLIENT, HTTPS]).await.expect(200, "over HTTPS it works");
    let found = finding(&api).await.expect("and remains one that others may know");
    assert_eq!((&found["severity"], remedies(&found)), (&json!("problem"), vec!["replaceToken"]), "{found}");
    assert_eq!(found["message"], "First: Token 1 arrived unencrypted.", "{found}");
    assert_eq!(found["evidence"][0]["at"], "2026-11-24T10:00:00Z", "{found}");

    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    let new = api.command("token.rotate", args).await["token"].clone();
    let found = finding(&api).await.expect("both are usable");
    assert_eq!(remedies(&found), ["seeTokens"], "another one is there already: {found}");
    let new = new.as_str().unwrap();
    pass_on(&api, &path, new, &[CLIENT, HTTPS]).await.expect(200, "the new token ends the old one");
    until("an ended token opens nothing", async || finding(&api).await.is_none().then_some(())).await;
    api.app.close().await;
}

/// What is refused because nothing shows that it arrived over HTTPS says no more than that.
#[tokio::test]
async fn what_a_proxy_cannot_know_marks_no_token_and_is_not_stated() {
    let api = Api::start("custom").await;
    let path = users(&api.connection_id);
    let refused = async |headers: &[(&str, &str)], what: &str| {
        let detail = pass_on(&api, &path, &api.token, headers).await.refused(403, None);
        assert!(detail.contains("If it arrived over plain http, replace the token"), "{what}: {detail}");
        assert!(!detail.contains("was sent unencrypted"), "{what}: {detail}");
        assert_eq!(marked(&api, &api.connection_id).await, (Value::Null, 0), "{what}");
    };
    refused(&[CLIENT, HTTP], "a proxy that never said https may say http of everything").await;
    pass_on(&api, &path, &api.token, &[CLIENT, HTTPS]).await.expect(200, "now it has said both");
    refused(&[HTTP], "it does not say who called").await;
    refused(&[HTTP, ("x-forwarded-for", "203.0.113.9, unknown")], "nor here").await;
    let behind_another = [HTTP, ("x-forwarded-for", "203.0.113.9, 127.0.0.1")];
    refused(&behind_another, "another proxy on this computer called it, maybe after it terminated TLS").await;
    for headers in [&[CLIENT][..], &[], &[HTTP, ("x-forwarded-for", "127.0.0.1")]] {
        pass_on(&api, &path, &api.token, headers).await.expect(200, "nothing says that it crossed a network");
    }
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.company.org"})).await;
    let own_name = ("host", "scim.company.org");
    refused(&[own_name, CLIENT], "behind a public address it must say https").await;
    let shown = api.recorded("GET", "/Users").await;
    let why = shown["why"].as_str().unwrap();
    assert!(
        why.ends_with("If it arrived over plain HTTP, replace the token after changing the address."),
        "{why}"
    );
    let request = [own_name, CLIENT, HTTP];
    let detail = pass_on(&api, &path, &api.token, &request).await.refused(403, None);
    assert!(detail.ends_with("The token was sent unencrypted: replace it in Foundational."), "{detail}");
    assert_ne!(marked(&api, &api.connection_id).await.0, Value::Null, "this one is certain");
}

/// A request of the address check is sent over HTTPS. A proxy that says so tells both apart.
#[tokio::test]
async fn the_address_check_shows_that_the_word_of_the_proxy_means_something() {
    let api = Api::start("custom").await;
    let nonce = "a-nonce-of-a-check";
    api.app.server().expect_reachability_check(Some(nonce.to_owned()));
    let check = format!("{}{nonce}/Users", server::REACHABILITY_PATH);
    for (scheme, is_marked) in [(HTTP, false), (HTTPS, true)] {
        pass_on(&api, &check, nonce, &[CLIENT, scheme]).await.expect(204, "the check arrives");
        pass_on(&api, &users(&api.connection_id), &api.token, &[CLIENT, HTTP]).await.refused(403, None);
        let at = marked(&api, &api.connection_id).await.0;
        assert_eq!(at != Value::Null, is_marked, "the check arrived as {scheme:?}: {at}");
    }
}

#[tokio::test]
async fn what_the_proxy_said_before_a_restart_still_counts() {
    let api = Api::start("custom").await;
    api.scim_with("GET", "/Users", &[CLIENT, HTTPS], None).await.expect(200, "over HTTPS");
    api.recorded_now().await;
    api.app.close().await;
    let api = api.reopened().await;
    api.scim_with("GET", "/Users", &[CLIENT, HTTP], None).await.refused(403, None);
    assert_ne!(marked(&api, &api.connection_id).await.0, Value::Null, "it tells both apart");
    api.app.close().await;
}

#[tokio::test]
async fn only_a_valid_token_is_marked_at_whichever_address_it_arrives() {
    let api = Api::start("custom").await;
    let path = users(&api.connection_id);
    let status = async |path: &str, token: &str, headers: &[(&str, &str)]| {
        pass_on(&api, path, token, headers).await.status.as_u16()
    };
    assert_eq!(status(&path, &api.token, &[CLIENT, HTTPS]).await, 200);
    assert_eq!(status(&path, &with_another_secret(&api.token), &[CLIENT, HTTP]).await, 401);
    assert_eq!(marked(&api, &api.connection_id).await, (Value::Null, 0), "its secret is another one");
    let nowhere = "/scim/v2/00000000-0000-4000-8000-000000000000/Users";
    api.command("server.openDiscovery", json!({"open": true})).await;
    for (n, path, expected) in [
        (1, path.clone(), 401),
        (2, nowhere.to_owned(), 404),
        (3, "/nothing".to_owned(), 404),
        (4, format!("/scim/v2/{}/Schemas", api.connection_id), 401),
    ] {
        let (other, token) = api.connect(&format!("Connection {n}"), "custom").await;
        assert_eq!(status(&path, &token, &[CLIENT, HTTP]).await, expected, "{path}");
        assert_ne!(marked(&api, &other).await.0, Value::Null, "{path}");
    }
    let (paused, token) = api.connect("Paused", "custom").await;
    api.command("connection.pause", json!({ "id": paused })).await;
    assert_eq!(status(&users(&paused), &token, &[CLIENT, HTTP]).await, 403);
    assert_ne!(marked(&api, &paused).await.0, Value::Null, "while its connection is paused");
    let tokens = api.command("token.list", json!({ "id": api.connection_id })).await;
    api.command("token.revoke", json!({"id": tokens[0]["id"]})).await;
    assert_eq!(status(&path, &api.token, &[CLIENT, HTTP]).await, 401);
    assert_eq!(marked(&api, &api.connection_id).await.0, Value::Null, "one that is revoked opens nothing");
}

#[tokio::test]
async fn a_restored_workspace_knows_which_of_its_tokens_others_may_know() {
    let api = Api::start("custom").await;
    let admin = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.command("account.createFirst", admin).await;
    let made = api.command("backup.make", json!({})).await;
    api.scim_with("GET", "/Users", &[CLIENT, HTTPS], None).await.expect(200, "over HTTPS");
    api.scim_with("GET", "/Users", &[CLIENT, HTTP], None).await.refused(403, None);
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

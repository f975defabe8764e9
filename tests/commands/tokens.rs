//! Tokens: who made them, how long they live, when their end is announced.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, until};

use crate::findings::{call, found, is_over, parts};

const PASSWORD: &str = "a long pass phrase of words";
const DAY: Duration = Duration::from_hours(24);

async fn tokens(api: &Api) -> Value {
    api.command("token.list", json!({"id": api.connection_id})).await
}

async fn lines(api: &Api) -> Vec<(String, String, bool)> {
    let home = api.command("home.show", json!({})).await;
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    let line = |line: &Value| (text(line, "code"), text(line, "message"), line["severity"] == "problem");
    home["attention"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn the_chosen_overlap_is_shown_before_the_new_token_is_used() {
    let api = Api::start("custom").await;
    for overlap in ["none", "1h", "24h", "7d"] {
        let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": overlap});
        let fresh = api.command("token.rotate", args).await;
        let list = tokens(&api).await;
        let old = list.as_array().unwrap().iter().find(|token| token["replacedBy"] == fresh["id"]).unwrap();
        assert_eq!((&old["overlap"], &old["retiresAt"]), (&json!(overlap), &Value::Null), "{old}");
        api.command("token.cancelRotation", json!({"id": fresh["id"]})).await;
    }
}

#[tokio::test]
async fn who_made_a_token_is_shown() {
    let api = Api::start("custom").await;
    assert_eq!(tokens(&api).await[0]["createdBy"], Value::Null, "the command line is no one");
    let window = Caller::Window("main".to_owned());
    let args =
        json!({"name": "Grace Hopper", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&window, "account.createFirst", args).await.unwrap();
    let args = json!({"connectionId": api.connection_id, "expires": "1y"});
    let made = api.app.call(&window, "token.create", args).await.unwrap();
    let list = tokens(&api).await;
    let token = list.as_array().unwrap().iter().find(|token| token["id"] == made["id"]).unwrap();
    assert_eq!(token["createdBy"], "Grace Hopper", "{token}");
}

#[tokio::test]
async fn a_token_has_a_label_of_its_own_in_its_connection() {
    let api = Api::start("custom").await;
    let create = async |label: Value| {
        let args = json!({"connectionId": api.connection_id, "label": label, "expires": "1y"});
        api.app.call(&Caller::Operator, "token.create", args).await
    };
    assert_eq!(tokens(&api).await[0]["label"], "Token 1", "a number when no one says otherwise");
    for (label, why) in
        [("token 1", "taken, in other letters"), (&"x".repeat(41), "too long"), ("a\nb", "unseen")]
    {
        let refused = create(json!(label)).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("label"), "{why}: {refused:?}");
    }
    assert_eq!(tokens(&api).await.as_array().unwrap().len(), 1, "nothing was made");
    let main = create(json!("  Main ")).await.unwrap();
    assert_eq!(main["label"], "Main", "as it was typed, without the spaces around it");
    api.command("token.revoke", json!({"id": main["id"]})).await;
    let refused = create(json!("Main")).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "a label names one token for good: {refused:?}");
    assert_eq!(create(json!("")).await.unwrap()["label"], "Token 3", "nothing typed is no label");
}

#[tokio::test]
async fn a_refusal_names_the_token_that_was_sent() {
    let api = Api::start("custom").await;
    let why = async |path: &str| {
        api.scim("GET", path, None).await.refused(401, None);
        api.recorded("GET", path).await["why"].as_str().unwrap().to_owned()
    };
    api.clock.advance(366 * DAY);
    assert_eq!(why("/Users").await, "The token \"Token 1\" expired on 24 November 2027.", "by name and day");
    let id = tokens(&api).await[0]["id"].clone();
    api.command("token.revoke", json!({"id": id})).await;
    let revoked = "The token \"Token 1\" was revoked by the command line on 25 November 2027.";
    assert_eq!(why("/Groups").await, revoked, "who did it too");
}

#[tokio::test]
async fn a_token_can_end_earlier_and_never_later() {
    let api = Api::start("custom").await;
    let id = tokens(&api).await[0]["id"].clone();
    let shorten = async |end: &str| {
        let args = json!({"id": id, "expiresAt": end});
        api.app.call(&Caller::Operator, "token.shorten", args).await
    };
    for (end, why) in [
        ("2027-11-24T10:00:00Z", "the same end"),
        ("2028-01-01T00:00:00Z", "a later one"),
        ("2026-11-24T10:00:00Z", "now"),
        ("2020-01-01T00:00:00Z", "long ago"),
    ] {
        let refused = shorten(end).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (Code::Invalid, Some("expiresAt")),
            "{why}: {refused:?}"
        );
    }
    let shown = shorten("2026-11-25T10:00:00Z").await.unwrap();
    assert_eq!(
        (&shown["expiresAt"], &shown["state"]),
        (&json!("2026-11-25T10:00:00Z"), &json!("new")),
        "{shown}"
    );
    api.scim("GET", "/Users", None).await.expect(200, "until then");
    api.clock.advance(DAY);
    api.scim("GET", "/Users", None).await.refused(401, None);
    let over = shorten("2026-11-25T09:00:00Z").await.unwrap_err();
    assert_eq!(over.code, Code::Invalid, "what is over is over: {over:?}");
    let forever =
        api.command("token.create", json!({"connectionId": api.connection_id, "expires": "never"})).await;
    let args = json!({"id": forever["id"], "expiresAt": "2030-01-01T00:00:00Z"});
    let ended = api.command("token.shorten", args.clone()).await;
    assert_eq!(ended["expiresAt"], "2030-01-01T00:00:00Z", "a token without an end can be given one");
    api.command("token.revoke", json!({"id": forever["id"]})).await;
    let args = json!({"id": forever["id"], "expiresAt": "2029-01-01T00:00:00Z"});
    let revoked = api.app.call(&Caller::Operator, "token.shorten", args).await.unwrap_err();
    assert_eq!(revoked.code, Code::Conflict, "a revoked one remains as it was: {revoked:?}");
}

#[tokio::test]
async fn only_an_admin_who_confirmed_shortens_a_token() {
    let api = Api::start("custom").await;
    let admin = Caller::Window("admin".to_owned());
    let member = Caller::Window("member".to_owned());
    let call = async |caller: &Caller, command: &str, args: Value| api.app.call(caller, command, args).await;
    let first = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    call(&admin, "account.createFirst", first).await.unwrap();
    let ada = json!({"name": "Ada Lovelace", "email": "ada@example.com", "role": "member"});
    let passcode = call(&admin, "people.createLocal", ada).await.unwrap()["passcode"].clone();
    let sign_in = json!({"email": "ada@example.com", "password": passcode});
    call(&member, "session.signIn", sign_in).await.unwrap();
    let chosen = json!({"password": passcode, "newPassword": "another long pass phrase"});
    call(&member, "session.changePassword", chosen).await.unwrap();
    let args = json!({
        "id": tokens(&api).await[0]["id"], "expiresAt": (api.clock.now() + 30 * DAY).to_string(),
    });
    let before = tokens(&api).await;
    let refused = call(&member, "token.shorten", args.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Role, "a Member with a fresh password: {refused:?}");
    api.clock.advance(Duration::from_mins(6));
    let refused = call(&admin, "token.shorten", args.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "six minutes after the password: {refused:?}");
    assert_eq!(tokens(&api).await, before, "neither changed it");
    call(&admin, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    let shortened = call(&admin, "token.shorten", args.clone()).await.unwrap();
    assert_eq!(shortened["expiresAt"], args["expiresAt"]);
}

#[tokio::test]
async fn the_end_of_a_token_is_spoken_of_from_thirty_days_before() {
    let api = Api::start("custom").await;
    let status =
        async || api.command("connection.show", json!({"id": api.connection_id})).await["status"].clone();
    // The token of the first connection lives for 365 days.
    api.clock.advance(334 * DAY);
    assert_eq!(lines(&api).await, [], "31 days before");
    for (advance, message, urgent) in [
        (1, "First: the token expires in 30 days.", false),
        (16, "First: the token expires in 14 days.", false),
        (7, "First: the token expires in 7 days.", true),
        (6, "First: the token expires in 24 hours.", true),
    ] {
        api.clock.advance(advance * DAY);
        let expected = ("token.expiring".to_owned(), message.to_owned(), urgent);
        assert_eq!(lines(&api).await, [expected], "{advance} days later");
    }
    assert_eq!(status().await, "tokenExpiring", "the status says it as well, since the last seven days");
    api.clock.advance(DAY / 2);
    assert_eq!(lines(&api).await[0].1, "First: the token expires in 12 hours.");
    api.clock.advance(DAY / 2);
    let over = ("token.expired".to_owned(), "First: the token has expired.".to_owned(), true);
    assert_eq!(
        (lines(&api).await, status().await),
        (vec![over], json!("tokenExpired")),
        "from that moment on"
    );
}

#[tokio::test]
async fn a_new_token_that_was_not_pasted_does_not_hush_the_end_of_the_old_one() {
    let api = Api::start("custom").await;
    api.scim("GET", "/Users", None).await.expect(200, "the token is in use");
    api.recorded("GET", "/Users").await;
    api.clock.advance(360 * DAY);
    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "24h"});
    let fresh = api.command("token.rotate", args).await;
    let message = "First: the token expires in 5 days.";
    assert!(lines(&api).await.iter().any(|line| line.1 == message), "the provider still sends the old one");
    let request = axum::http::Request::get(format!("/scim/v2/{}/Groups", api.connection_id))
        .header("host", "127.0.0.1")
        .header("authorization", format!("Bearer {}", fresh["token"].as_str().unwrap()))
        .body(axum::body::Body::empty())
        .unwrap();
    api.send(request).await.expect(200, "the new one is pasted");
    until("the new token's end counts", async || {
        (!lines(&api).await.iter().any(|line| line.0 == "token.expiring")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_token_whose_overlap_is_over_counts_nowhere_before_it_is_revoked() {
    let api = Api::start("custom").await;
    api.scim("GET", "/Users", None).await.expect(200, "the old token is in use");
    let args = json!({"connectionId": api.connection_id, "expires": "90d", "overlap": "24h"});
    let fresh = api.command("token.rotate", args).await;
    let view = async || api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!(view().await["tokensUsable"], 2, "the new one is not in use");
    let request = axum::http::Request::get(format!("/scim/v2/{}/Groups", api.connection_id))
        .header("authorization", format!("Bearer {}", fresh["token"].as_str().unwrap()))
        .body(axum::body::Body::empty())
        .unwrap();
    api.send(request).await.expect(200, "the new one is pasted");
    until("its first use is recorded", async || {
        let list = tokens(&api).await;
        list.as_array().unwrap().iter().any(|token| token["retiresAt"].is_string()).then_some(())
    })
    .await;
    api.clock.advance(DAY);
    api.clock.set_back(Duration::from_secs(1));
    assert_eq!(view().await["tokensUsable"], 2, "during the overlap");
    api.scim("GET", "/Users", None).await.expect(200, "and the old one is accepted");
    api.clock.advance(Duration::from_secs(1));
    api.scim("GET", "/Users", None).await.refused(401, None);
    let shown = view().await;
    assert_eq!(
        (&shown["tokensUsable"], &shown["tokenExpiresAt"]),
        (&json!(1), &fresh["expiresAt"]),
        "the end of the new one counts: {shown}"
    );
    let args = json!({"connectionId": api.connection_id, "expires": "1y"});
    api.command("token.create", args).await;
    let list = tokens(&api).await;
    let mut states: Vec<&str> =
        list.as_array().unwrap().iter().map(|token| token["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["active", "new", "revoked"], "there is room for another one");
}

#[tokio::test]
async fn a_token_without_an_end_is_found_when_it_is_in_use_and_a_year_old_until_it_is_replaced() {
    let api = Api::start("custom").await;
    let made = json!({"connectionId": api.connection_id, "expires": "never"});
    let token = api.command("token.create", made).await["token"].as_str().unwrap().to_owned();
    api.clock.advance(366 * DAY);
    is_over(&api, "token.neverReplaced").await;
    call(&api, &token, "/Users").await;
    let finding = found(&api, "token.neverReplaced").await;
    assert_eq!(finding["message"], "First: the token in use is more than a year old.", "it was not in use");
    assert_eq!(finding["severity"], "notice", "{finding}");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!((causes, remedies), (Vec::new(), vec!["replaceToken".to_owned()]));
    assert!(evidence.ends_with(" was created"), "{evidence}");
    let replaced = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    api.command("token.rotate", replaced).await;
    is_over(&api, "token.neverReplaced").await;
}

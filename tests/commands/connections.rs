//! Connections, the wizard's place, tokens and evidence.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

async fn refused(api: &Api, command: &str, args: Value) -> foundational::error::Error {
    api.app.call(&Caller::Operator, command, args).await.expect_err("it is refused")
}

#[tokio::test]
async fn names_are_bounded_and_unique() {
    let api = Api::start("custom").await;
    for (name, code) in [("x", Code::Invalid), (&*"n".repeat(61), Code::Invalid), (" first ", Code::Conflict)]
    {
        let error = refused(&api, "connection.create", json!({"name": name, "provider": "okta"})).await;
        assert_eq!((error.code, error.field.as_deref()), (code, Some("name")), "{name:?}: {error:?}");
    }
    let unknown = refused(&api, "connection.create", json!({"name": "Good", "provider": "ldap"})).await;
    assert!(unknown.message.contains("ldap"), "it says what arrived: {unknown:?}");
}

#[tokio::test]
async fn the_wizard_keeps_its_place_and_its_marks() {
    let api = Api::start("custom").await;
    let save = |args: Value| api.command("wizard.save", args);
    save(json!({"id": api.connection_id, "step": "create", "mark": "create"})).await;
    let view = save(json!({"id": api.connection_id, "step": "connect"})).await;
    assert_eq!(view["wizard"]["step"], "connect", "where it was left");
    assert!(view["wizard"]["marks"]["create"].is_string(), "with the time of the mark");
    assert_eq!(view["statusText"], "Setting up, step 2 of 4", "and the list says so");
    let early = refused(&api, "wizard.finish", json!({"id": api.connection_id})).await;
    assert_eq!(early.code, Code::Conflict, "nothing was proved yet");
    api.scim("GET", "/Users", None).await.expect(200, "the provider's first request");
    api.recorded("GET", "/Users").await;
    let done = api.command("wizard.finish", json!({"id": api.connection_id})).await;
    assert_eq!(done["status"], "live", "finished and called: {done}");
}

#[tokio::test]
async fn proofs_appear_as_things_are_seen() {
    let api = Api::start("custom").await;
    let seen = |evidence: &Value| -> Vec<String> {
        let of = |one: &Value| {
            (one["seenAt"].is_string() && one["refused"] == false).then(|| one["kind"].to_string())
        };
        evidence.as_array().unwrap().iter().filter_map(of).collect()
    };
    let evidence = || api.command("connection.evidence", json!({"id": api.connection_id}));
    assert!(seen(&evidence().await).is_empty(), "nothing is claimed");
    api.scim_with("GET", "/Users", &[("authorization", "Basic x")], None).await.refused(400, None);
    api.recorded("GET", "/Users").await;
    let refused = evidence().await;
    assert_eq!(seen(&refused), ["\"addressReached\""], "a person called, but proved nothing");
    let credentials = refused.as_array().unwrap().iter().find(|one| one["kind"] == "credentials").unwrap();
    assert_eq!(credentials["refused"], true, "the refusal is shown: {credentials}");
    let ada = api
        .scim("POST", "/Users", json!({"userName": "ada", "displayName": "Ada"}))
        .await
        .expect(201, "a joiner");
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("GET", "/Users?filter=userName%20eq%20%22ada%22", None).await.expect(200, "a look-up");
    api.scim("PUT", &path, json!({"userName": "ada", "displayName": "Ada", "title": "Countess"}))
        .await
        .expect(200, "a change");
    api.scim("PUT", &path, json!({"userName": "ada", "active": false})).await.expect(200, "a leaver");
    api.scim("DELETE", &path, None).await.expect(204, "deleted");
    api.recorded("DELETE", &path).await;
    let all = evidence().await;
    for kind in ["credentials", "lookup", "firstPerson", "change", "deactivation"] {
        assert!(seen(&all).contains(&format!("\"{kind}\"")), "{kind}: {all}");
    }
    assert!(!seen(&all).contains(&"\"reactivation\"".to_owned()), "what was not seen is not claimed");
}

#[tokio::test]
async fn a_token_is_shown_once_and_refused_after_its_end() {
    let api = Api::start("custom").await;
    let list = || api.command("token.list", json!({"id": api.connection_id}));
    let shown = list().await.to_string();
    assert!(!shown.contains(&api.token), "the text is nowhere: {shown}");
    assert_eq!(list().await[0]["state"], "new", "not used yet");
    api.scim("GET", "/Users", None).await.expect(200, "usable");
    api.recorded("GET", "/Users").await;
    assert_eq!(list().await[0]["state"], "active", "used");
    api.clock.advance(std::time::Duration::from_hours(366 * 24));
    api.scim("GET", "/Users", None).await.refused(401, None);
    assert_eq!(list().await[0]["state"], "expired", "a year later");
    let id = list().await[0]["id"].clone();
    api.command("token.revoke", json!({"id": id})).await;
    assert_eq!(list().await[0]["state"], "revoked", "revoked");
    let missing = refused(&api, "token.revoke", json!({"id": "nonesuch"})).await;
    assert_eq!(missing.code, Code::NotFound, "a token that is not here");
}

#[tokio::test]
async fn a_paused_connection_puts_requests_off() {
    let api = Api::start("custom").await;
    api.command("connection.pause", json!({"id": "first"})).await;
    let reply = api.scim("GET", "/Users", None).await;
    assert!(reply.headers["retry-after"].to_str().unwrap().parse::<u32>().is_ok(), "whole seconds");
    reply.refused(503, None);
    api.command("connection.resume", json!({"id": "FIRST"})).await;
    api.scim("GET", "/Users", None).await.expect(200, "resumed");
}

#[tokio::test]
async fn a_pause_says_who_began_it_and_when() {
    let api = Api::start("custom").await;
    let at = api.clock.now().to_string();
    let paused = api.command("connection.pause", json!({"id": "first"})).await;
    assert_eq!(
        paused["pause"],
        json!({"at": at, "by": "the command line", "together": false, "reason": null, "awaitsCheck": false}),
        "{paused}"
    );

    let window = grace(&api).await;
    api.clock.advance(std::time::Duration::from_mins(5));
    let again = api.app.call(&window, "connection.pause", json!({"id": "first"})).await.unwrap();
    assert_eq!(again["pause"], paused["pause"], "who pauses what is paused changes nothing");
    api.command("connection.resume", json!({"id": "first"})).await;
    let paused = api.app.call(&window, "connection.pause", json!({"id": "first"})).await.unwrap();
    assert_eq!(paused["pause"]["by"], "Grace Hopper", "a person by the name of that time: {paused}");

    api.scim("GET", "/Users", None).await.refused(503, None);
    api.command("connection.resume", json!({"id": "first"})).await;
    let shown = api.recorded("GET", "/Users").await;
    assert_eq!(
        shown["why"],
        "Grace Hopper paused the connection. The identity provider sends its changes again later.",
        "shown also when it is over"
    );
    assert_eq!(shown["notes"], json!([]), "what the sentence contains is no note: {shown}");
}

#[tokio::test]
async fn what_was_paused_individually_is_not_resumed_with_the_others() {
    let api = Api::start("custom").await;
    let window = grace(&api).await;
    for name in ["Alone", "Taken over"] {
        api.command("connection.create", json!({"name": name, "provider": "okta"})).await;
    }
    api.command("connection.pause", json!({"id": "alone"})).await;
    let standing = async || {
        let list = api.command("connection.list", json!({})).await;
        let word = |one: &Value| match &one["pause"] {
            Value::Null => "runs".to_owned(),
            pause => format!("{}, {}", pause["by"].as_str().unwrap(), pause["together"]),
        };
        list.as_array().unwrap().iter().map(word).collect::<Vec<_>>()
    };

    api.app.call(&window, "provisioning.pause", json!({})).await.unwrap();
    let wanted = ["the command line, false", "Grace Hopper, true", "Grace Hopper, true"];
    assert_eq!(standing().await, wanted, "all are paused; one was before");
    let summary = api.command("provisioning.summary", json!({})).await;
    assert_eq!((&summary["paused"], &summary["pausedTogether"]), (&json!(3), &json!(2)), "{summary}");

    api.command("connection.pause", json!({"id": "taken over"})).await;
    api.app.call(&window, "provisioning.resume", json!({})).await.unwrap();
    let wanted = ["the command line, false", "runs", "the command line, false"];
    assert_eq!(standing().await, wanted, "only what no one paused by itself runs again");
}

/// An Admin at a window.
async fn grace(api: &Api) -> Caller {
    let window = Caller::Window("main".to_owned());
    let args =
        json!({"name": "Grace Hopper", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&window, "account.createFirst", args).await.unwrap();
    window
}

#[tokio::test]
async fn a_deactivation_is_shown_to_windows_within_a_second() {
    let api = Api::start("custom").await;
    let ada = api
        .scim("POST", "/Users", json!({"userName": "ada", "displayName": "Ada"}))
        .await
        .expect(201, "joiner");
    let mut events = api.app.events();
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("PUT", &path, json!({"userName": "ada", "active": false})).await.expect(200, "leaver");
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
    loop {
        let event = tokio::time::timeout_at(deadline, events.recv()).await.expect("within a second").unwrap();
        if event.topic == foundational::views::Topic::People && event.id.as_deref() == ada["id"].as_str() {
            break;
        }
    }
}

#[tokio::test]
async fn the_directory_shows_people_with_their_source_and_history() {
    let api = Api::start("custom").await;
    let ada = api
        .scim("POST", "/Users", json!({"userName": "ada@example.com", "displayName": "Ada Lovelace"}))
        .await
        .expect(201, "joiner");
    api.scim("POST", "/Groups", json!({"displayName": "Crew", "members": [{"value": ada["id"]}]}))
        .await
        .expect(201, "group");
    let page = api.command("people.list", json!({"search": "LOVE", "status": null, "source": null, "role": null, "groupId": null,
                                                   "sort": "name", "descending": false, "offset": 0, "limit": 50})).await;
    assert_eq!((&page["total"], &page["rows"][0]["source"]["name"]), (&json!(1), &json!("First")), "{page}");
    let person = api.command("people.show", json!({"id": ada["id"]})).await;
    assert_eq!(person["groups"][0]["name"], "Crew", "{person}");
    assert_eq!(person["scim"]["userName"], "ada@example.com", "as the provider reads it");
    assert_eq!(person["created"]["by"], "First", "with who did it");
    let groups = api.command("groups.list", json!({"search": null, "offset": 0, "limit": 50})).await;
    let group = api.command("groups.show", json!({"id": groups["rows"][0]["id"]})).await;
    assert_eq!(group["members"][0]["name"], "Ada Lovelace", "{group}");
    let much = refused(&api, "groups.list", json!({"search": null, "offset": 0, "limit": 1000})).await;
    assert_eq!(much.field.as_deref(), Some("limit"), "windows are bounded");
}

//! What a local account is called and signs in with, changed by its owner or by an Admin.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

const PASSWORD: &str = "correct horse battery";

async fn admin(api: &Api) -> (Caller, String) {
    let caller = Caller::Window("admin".to_owned());
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&caller, "account.createFirst", args).await.unwrap();
    let status = api.app.call(&caller, "workspace.status", json!({})).await.unwrap();
    (caller, status["session"]["personId"].as_str().unwrap().to_owned())
}

/// A local Member, signed in with a password.
async fn member(api: &Api, name: &str) -> (Caller, String) {
    let email = format!("{name}@example.com");
    let made =
        api.command("people.createLocal", json!({"name": name, "email": email, "role": "member"})).await;
    let caller = Caller::Window(name.to_owned());
    let passcode = &made["passcode"];
    api.app.call(&caller, "session.signIn", json!({"email": email, "password": passcode})).await.unwrap();
    let own = json!({"password": passcode, "newPassword": PASSWORD});
    api.app.call(&caller, "session.changePassword", own).await.unwrap();
    (caller, made["personId"].as_str().unwrap().to_owned())
}

fn names(name: &str, email: &str) -> Value {
    json!({"name": name, "userName": email, "email": email})
}

fn with_id(id: &str, mut names: Value) -> Value {
    names["id"] = json!(id);
    names
}

#[tokio::test]
async fn a_member_changes_their_own_name_at_once_and_their_address_after_the_password() {
    let api = Api::start("custom").await;
    let (_, admin_id) = admin(&api).await;
    let (mel, id) = member(&api, "mel").await;
    api.clock.advance(std::time::Duration::from_mins(6));
    let status =
        api.app.call(&mel, "session.editProfile", names("Melba Roy", "mel@example.com")).await.unwrap();
    assert_eq!(status["session"]["name"], "Melba Roy", "the open session shows it: {status}");

    let moved = names("Melba Roy", "melba@example.com");
    let early = api.app.call(&mel, "session.editProfile", moved.clone()).await.unwrap_err();
    assert_eq!(early.code, Code::Confirm, "what one signs in with asks for the password: {early:?}");
    api.app.call(&mel, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    let status = api.app.call(&mel, "session.editProfile", moved).await.unwrap();
    assert_eq!(status["session"]["email"], "melba@example.com", "the session continues: {status}");

    let other = Caller::Window("other".to_owned());
    let by = |email: &str| json!({"email": email, "password": PASSWORD});
    let old = api.app.call(&other, "session.signIn", by("mel@example.com")).await.unwrap_err();
    assert_eq!(old.code, Code::WrongCredentials, "the old address leads nowhere");
    api.app.call(&other, "session.signIn", by("MELBA@example.com")).await.expect("the new one signs in");

    let view = api.command("people.show", json!({"id": id})).await;
    assert_eq!(view["scim"]["emails"], json!([{"value": "melba@example.com", "primary": true}]), "{view}");
    let history = api
        .command("history.list", json!({"id": id, "source": null, "kind": null, "before": null, "limit": 10}))
        .await;
    let newest = &history["rows"][0];
    let sentence = newest["sentence"].as_str().unwrap();
    assert!(sentence.contains("Melba Roy"), "the history says who: {history}");
    let paths: Vec<&str> =
        newest["rows"].as_array().unwrap().iter().map(|row| row["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"userName"), "and what: {history}");

    let foreign =
        api.app.call(&mel, "people.editLocal", with_id(&admin_id, names("X", "x@example.com"))).await;
    assert_eq!(foreign.unwrap_err().code, Code::Role, "a Member edits no one else");
}

#[tokio::test]
async fn an_admin_edits_a_local_user_and_the_sessions_of_that_user_go_on() {
    let api = Api::start("custom").await;
    let (grace, _) = admin(&api).await;
    let (mel, id) = member(&api, "mel").await;
    let edit = with_id(&id, names("Melba", "melba@example.com"));
    api.app.call(&grace, "people.editLocal", edit.clone()).await.unwrap();
    let status = api.app.call(&mel, "workspace.status", json!({})).await.unwrap();
    assert_eq!(status["session"]["name"], "Melba", "still signed in, under the new name: {status}");
    let before = api.command("people.show", json!({"id": id})).await["scim"]["meta"]["version"].clone();
    api.app.call(&grace, "people.editLocal", edit).await.unwrap();
    let after = api.command("people.show", json!({"id": id})).await["scim"]["meta"]["version"].clone();
    assert_eq!(before, after, "the same once more changes nothing");

    api.clock.advance(std::time::Duration::from_mins(6));
    let call = |args: Value| api.app.call(&grace, "people.editLocal", args);
    call(with_id(&id, names("Mel", "melba@example.com"))).await.expect("a name needs no password");
    let moved = call(with_id(&id, names("Mel", "mel@example.com"))).await.unwrap_err();
    assert_eq!(moved.code, Code::Confirm, "an address does: {moved:?}");
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_field_and_changes_nothing() {
    let api = Api::start("custom").await;
    let (grace, own) = admin(&api).await;
    let (_, id) = member(&api, "mel").await;
    let ada = json!({"userName": "Ada@example.com", "displayName": "Ada Lovelace"});
    let ada = api.scim("POST", "/Users", ada).await.expect(201, "a provisioned person");
    let ada = ada["id"].as_str().unwrap();
    let before = api.command("people.show", json!({"id": id})).await["scim"].clone();
    let call = |id: &str, names: Value| api.app.call(&grace, "people.editLocal", with_id(id, names));
    for (wanted, field, says) in [
        (names(" ", "mel@example.com"), "name", "1 to 120"),
        (json!({"name": "Mel", "userName": "mel@example.com", "email": "mel"}), "email", "\"mel\" is not"),
        (json!({"name": "Mel", "userName": "", "email": "mel@example.com"}), "userName", "1 to 120"),
        (names("Mel", "ADA@EXAMPLE.COM"), "userName", "ADA@EXAMPLE.COM already belongs to Ada Lovelace."),
        (names("Mel", "Grace@Example.com"), "userName", "already belongs to Grace."),
    ] {
        let error = call(&id, wanted.clone()).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{wanted}: {error:?}");
        assert!(error.message.contains(says), "{wanted}: {error:?}");
    }
    assert_eq!(api.command("people.show", json!({"id": id})).await["scim"], before, "nothing was written");

    let managed = call(ada, names("Ada", "ada@example.org")).await.unwrap_err();
    assert_eq!(managed.code, Code::Conflict, "{managed:?}");
    assert!(managed.message.contains("First manages this account"), "it says who does: {managed:?}");
    let unknown = call("unknown", names("X", "x@example.com")).await.unwrap_err();
    assert_eq!(unknown.code, Code::NotFound, "{unknown:?}");
    let own_case = call(&own, names("Grace", "GRACE@example.com")).await;
    assert!(own_case.is_ok(), "one's own name in another case is free: {own_case:?}");
}

#[tokio::test]
async fn a_provisioned_person_does_not_edit_their_profile_here() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada@example.com"})).await.expect(201, "joiner");
    let allowed = api.command("people.allowSignIn", json!({"id": ada["id"]})).await;
    let caller = Caller::Window("ada".to_owned());
    let passcode = &allowed["passcode"];
    api.app
        .call(&caller, "session.signIn", json!({"email": "ada@example.com", "password": passcode}))
        .await
        .unwrap();
    api.app
        .call(&caller, "session.changePassword", json!({"password": passcode, "newPassword": PASSWORD}))
        .await
        .unwrap();
    let refused =
        api.app.call(&caller, "session.editProfile", names("Ada", "ada@example.com")).await.unwrap_err();
    assert!(refused.message.contains("First manages this account"), "{refused:?}");
    assert!(refused.hint.unwrap().contains("identity provider"), "and where it is changed");
}

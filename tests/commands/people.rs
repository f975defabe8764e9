//! What an Admin decides about people here.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

async fn admin(api: &Api) -> Caller {
    let caller = window("admin");
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&caller, "account.createFirst", args).await.unwrap();
    caller
}

#[tokio::test]
async fn a_new_local_person_signs_in_with_a_passcode_and_must_choose_a_password() {
    let api = Api::start("custom").await;
    admin(&api).await;
    let args = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let made = api.command("people.createLocal", args.clone()).await;
    let again = api.app.call(&Caller::Operator, "people.createLocal", args).await.unwrap_err();
    assert_eq!((again.code, again.field.as_deref()), (Code::Conflict, Some("email")), "{again:?}");
    let caller = window("mel");
    let passcode = made["passcode"].as_str().unwrap();
    let sign_in = json!({"email": "mel@example.com", "password": passcode});
    let status = api.app.call(&caller, "session.signIn", sign_in).await.unwrap();
    assert_eq!(status["session"]["mustChoosePassword"], true, "{status}");
    let early = api.app.call(&caller, "people.list", json!({})).await.unwrap_err();
    assert_eq!(early.code, Code::Locked, "nothing else before that");
    let change = json!({"password": passcode, "newPassword": "a password of my own"});
    api.app.call(&caller, "session.changePassword", change).await.unwrap();
    let query = json!({"search": null, "status": null, "source": "local", "role": null, "groupId": null,
                       "sort": "name", "descending": false, "offset": 0, "limit": 10});
    let page = api.app.call(&caller, "people.list", query).await.unwrap();
    assert_eq!(page["total"], 2, "a Member may look people up");
    let home = api.app.call(&caller, "home.show", json!({})).await.unwrap();
    assert_eq!(home["recent"], json!([]), "nor sees what changes");
}

#[tokio::test]
async fn a_blocked_person_is_signed_out_at_once_and_stays_out_whatever_the_provider_says() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada@example.com"})).await.expect(201, "joiner");
    let allowed = api.command("people.allowSignIn", json!({"id": ada["id"]})).await;
    let caller = window("ada");
    let sign_in = json!({"email": "ada@example.com", "password": allowed["passcode"]});
    api.app.call(&caller, "session.signIn", sign_in.clone()).await.expect("an Admin allowed it");
    let mut events = api.app.events();
    api.command("people.block", json!({"id": ada["id"]})).await;
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
    loop {
        let event = tokio::time::timeout_at(deadline, events.recv()).await.expect("within a second").unwrap();
        if event.topic == foundational::views::Topic::Session {
            break;
        }
    }
    let status = api.app.call(&caller, "workspace.status", json!({})).await.unwrap();
    assert!(status["session"].is_null(), "signed out: {status}");
    assert!(status["ended"].as_str().unwrap().contains("blocked"), "and shown why: {status}");
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("PUT", &path, json!({"userName": "ada@example.com", "active": true}))
        .await
        .expect(200, "a sync");
    let refused = api.app.call(&caller, "session.signIn", sign_in.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongCredentials, "still out");
    let view = api.command("people.show", json!({"id": ada["id"]})).await;
    assert_eq!(
        (&view["row"]["blocked"], &view["block"]),
        (&json!(true), &json!("Blocked by an Admin")),
        "{view}"
    );
    api.command("people.unblock", json!({"id": ada["id"]})).await;
    api.app.call(&caller, "session.signIn", sign_in).await.expect("let in again");
}

#[tokio::test]
async fn a_leaver_who_is_signed_in_is_shown_which_provider_ended_it() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada@example.com"})).await.expect(201, "joiner");
    let allowed = api.command("people.allowSignIn", json!({"id": ada["id"]})).await;
    let caller = window("ada");
    let sign_in = json!({"email": "ada@example.com", "password": allowed["passcode"]});
    api.app.call(&caller, "session.signIn", sign_in.clone()).await.unwrap();
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("PUT", &path, json!({"userName": "ada@example.com", "active": false}))
        .await
        .expect(200, "leaver");
    let status = tests::until("the session has ended", async || {
        let status = api.app.call(&caller, "workspace.status", json!({})).await.unwrap();
        status["session"].is_null().then_some(status)
    })
    .await;
    let why = status["ended"].as_str().unwrap();
    assert!(why.starts_with("Your account was deactivated by First at "), "{why}");
    let out = api.app.call(&caller, "session.signIn", sign_in).await.unwrap_err();
    assert_eq!(out.code, Code::WrongCredentials, "a leaver can't sign in");
}

#[tokio::test]
async fn the_last_admin_is_safe_from_every_command() {
    let api = Api::start("custom").await;
    let caller = admin(&api).await;
    let status = api.app.call(&caller, "workspace.status", json!({})).await.unwrap();
    let id = &status["session"]["personId"];
    for (command, args) in [
        ("people.setRole", json!({"id": id, "role": "member"})),
        ("people.setActive", json!({"id": id, "active": false})),
        ("people.deleteLocal", json!({"id": id})),
        ("people.block", json!({"id": id})),
        ("people.forbidSignIn", json!({"id": id})),
    ] {
        let error = api.app.call(&caller, command, args).await.unwrap_err();
        assert_eq!(error.code, Code::Conflict, "{command}: {error:?}");
    }
    let second = json!({"name": "Alan", "email": "alan@example.com", "role": "admin"});
    let second = api.command("people.createLocal", second).await;
    api.command("people.setRole", json!({"id": id, "role": "member"})).await;
    let demoted = api.app.call(&caller, "connection.list", json!({})).await.unwrap_err();
    assert_eq!(demoted.code, Code::Role, "the open session has the new role");
    let last = api
        .app
        .call(&Caller::Operator, "people.deleteLocal", json!({"id": second["personId"]}))
        .await
        .unwrap_err();
    assert_eq!(last.code, Code::Conflict, "now the other one is the last: {last:?}");
}

#[tokio::test]
async fn people_are_filtered_and_sorted_in_windows() {
    let api = Api::start("custom").await;
    let (_, _) = api.connect("Other", "okta").await;
    for (name, active) in [("Cy", true), ("ada", false), ("Bob", true)] {
        let body = json!({"userName": format!("{name}@example.com"), "displayName": name, "active": active});
        api.scim("POST", "/Users", body).await.expect(201, name);
        api.clock.advance(std::time::Duration::from_secs(1));
    }
    let ask = |more: Value| {
        let mut query = json!({"search": null, "status": null, "source": null, "role": null, "groupId": null,
                               "sort": "name", "descending": false, "offset": 0, "limit": 50});
        query.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.command("people.list", query)
    };
    let names = |page: &Value| -> Vec<String> {
        page["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&ask(json!({})).await), ["ada", "Bob", "Cy"], "by name without regard to case");
    assert_eq!(
        names(&ask(json!({"sort": "changed", "descending": true})).await),
        ["Bob", "ada", "Cy"],
        "newest first"
    );
    assert_eq!(names(&ask(json!({"status": "deactivated"})).await), ["ada"], "leavers");
    assert_eq!(
        names(&ask(json!({"source": api.connection_id, "offset": 1, "limit": 1})).await),
        ["Bob"],
        "a window"
    );
    assert_eq!(ask(json!({"source": "local"})).await["total"], 0, "no one is local");
    assert_eq!(ask(json!({"role": "admin"})).await["total"], 0, "no one is Admin");
}

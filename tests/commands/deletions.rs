//! Deleting a connection: what its provider, its people and an Admin see.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use store::{Ids, Store};
use tests::Api;

const PASSWORD: &str = "a quiet morning in May";

/// Signs a provisioned person in at a window of their own.
async fn signed_in(api: &Api, user_name: &str) -> Caller {
    let made = api.scim("POST", "/Users", json!({"userName": user_name})).await.expect(201, "a joiner");
    let allowed = api.command("people.allowSignIn", json!({"id": made["id"]})).await;
    let window = Caller::Window(user_name.to_owned());
    let passcode = json!({"email": user_name, "password": allowed["passcode"], "remember": false});
    api.app.call(&window, "session.signIn", passcode).await.unwrap();
    let chosen = json!({"password": allowed["passcode"], "newPassword": PASSWORD});
    api.app.call(&window, "session.changePassword", chosen).await.unwrap();
    window
}

async fn session(api: &Api, window: &Caller) -> Value {
    api.app.call(window, "workspace.status", json!({})).await.unwrap()["session"].clone()
}

#[tokio::test]
async fn who_loses_access_is_signed_out_and_does_not_get_in_again() {
    for (people, remains) in [("keepActive", true), ("keepDeactivated", false), ("delete", false)] {
        let api = Api::start("custom").await;
        let window = signed_in(&api, "ada@example.com").await;
        assert!(session(&api, &window).await.is_object(), "signed in");
        api.command("connection.delete", json!({"id": "first", "people": people})).await;
        assert_eq!(session(&api, &window).await.is_object(), remains, "{people}: the open window");
        let other = Caller::Window("other".to_owned());
        let again = json!({"email": "ada@example.com", "password": PASSWORD, "remember": false});
        let let_in = api.app.call(&other, "session.signIn", again).await;
        assert_eq!(let_in.is_ok(), remains, "{people}: {let_in:?}");
    }
}

#[tokio::test]
async fn what_was_observed_of_a_connection_goes_with_it() {
    let api = Api::start("custom").await;
    api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "a joiner");
    api.recorded("POST", "/Users").await;
    let rows = api.command("activity.list", json!({"connectionId": api.connection_id, "limit": 1})).await;
    api.command("connection.delete", json!({"id": "first", "people": "delete"})).await;
    let refused = api
        .app
        .call(&Caller::Operator, "activity.show", json!({"id": rows["rows"][0]["id"]}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::NotFound, "a link to a request of it is not found: {refused:?}");
    api.app.close().await;

    let store = Store::open(api.folder(), api.clock.clone(), Ids::random()).await.unwrap();
    let id = &api.connection_id;
    assert!(store.activities(id, 10).await.unwrap().is_empty(), "no activity");
    assert!(store.setup_evidence(id).await.unwrap().is_empty(), "no evidence");
    assert!(
        store.observed(std::slice::from_ref(id), 10).await.unwrap().is_empty(),
        "nothing that was observed"
    );
    assert!(store.last_request(id).await.unwrap().is_none(), "no time of the last request");
    assert!(store.token_uses().await.unwrap().is_empty(), "no use of its tokens");
    let from = api.clock.now() - std::time::Duration::from_hours(1);
    assert!(store.quarter_hour_counts(id, from).await.unwrap().is_empty(), "no counts");
}

#[tokio::test]
async fn a_connection_is_deleted_once() {
    let api = Api::start("custom").await;
    for n in 0..40 {
        let body = json!({"userName": format!("leaver{n}")});
        api.scim("POST", "/Users", body).await.expect(201, "a joiner");
    }
    let delete = |people: &str| {
        let args = json!({"id": api.connection_id, "people": people});
        let app = api.app.clone();
        async move { app.call(&Caller::Operator, "connection.delete", args).await }
    };
    let (first, second) = tokio::join!(delete("keepDeactivated"), delete("delete"));
    let (done, refused) = if first.is_ok() { (first, second) } else { (second, first) };
    done.unwrap();
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused.code, Code::Conflict | Code::NotFound),
        "it is being deleted, or no longer exists: {refused:?}"
    );
    assert!(refused.message.contains("First") || refused.message.contains(&api.connection_id), "{refused:?}");
    let (id, _) = api.connect("First", "custom").await;
    assert_ne!(id, api.connection_id, "its name is free for another one");
}

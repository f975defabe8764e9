//! Undo: who may do it, of what, with the connection paused, and from the command line.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

use crate::audit::{PASSWORD, entries, newest, window};

const MINUTE: Duration = Duration::from_mins(1);

/// An Admin at the main window, and users of the connection; answers their ids and a moment after which all is undone.
async fn start(names: &[&str]) -> (Api, Vec<String>, String) {
    let api = Api::start("custom").await;
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    let mut ids = Vec::new();
    for name in names {
        let body = json!({"userName": name, "externalId": format!("x-{name}"), "displayName": name});
        let made = api.scim("POST", "/Users", body).await.expect(201, "a joiner");
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    api.clock.advance(MINUTE);
    let since = api.clock.now().to_string();
    (api, ids, since)
}

fn patch(path: &str, value: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}]})
}

async fn set(api: &Api, id: &str, path: &str, value: Value) {
    api.scim("PATCH", &format!("/Users/{id}"), patch(path, &value)).await.expect(200, path);
}

async fn preview(api: &Api, of: &Value) -> Value {
    let args = json!({"of": of, "offset": 0, "limit": 50});
    api.app.call(&window("main"), "undo.preview", args).await.unwrap()
}

async fn undo(api: &Api, of: &Value, pause: bool) -> Value {
    let seen = preview(api, of).await["seen"].clone();
    let args = json!({"of": of, "seen": seen, "pause": pause, "admins": false});
    api.app.call(&window("main"), "undo.start", args).await.unwrap()
}

async fn active(api: &Api, id: &str) -> bool {
    api.command("people.show", json!({"id": id})).await["row"]["active"] == true
}

fn connection(api: &Api, since: &str) -> Value {
    json!({"kind": "connection", "id": api.connection_id, "since": since})
}

#[tokio::test]
async fn all_that_a_connection_did_is_undone_with_the_connection_paused_first() {
    let (api, ids, since) = start(&["ada", "bob", "cy"]).await;
    for id in &ids {
        set(&api, id, "active", json!(false)).await;
    }
    let of = connection(&api, &since);
    let shown = preview(&api, &of).await;
    assert_eq!(shown["title"], "The changes of First since 2026-11-24 10:01 UTC");
    assert_eq!(
        (&shown["steps"], &shown["skipped"], &shown["total"]),
        (&json!(3), &json!(0), &json!(3)),
        "{shown:#}"
    );
    assert_eq!(shown["acts"], json!([{"act": "reactivate", "name": "Reactivate", "count": 3}]));
    assert_eq!(shown["rows"][0]["sentence"], "Is active again");
    let filtered = json!({"of": of, "search": "AD", "act": "reactivate", "offset": 0, "limit": 50});
    let filtered = api.app.call(&window("main"), "undo.preview", filtered).await.unwrap();
    assert_eq!((&filtered["total"], &filtered["rows"][0]["name"]), (&json!(1), &json!("ada")));
    assert!(!active(&api, &ids[0]).await, "a preview changes nothing");

    let done = undo(&api, &of, true).await;
    assert_eq!(
        (&done["state"], &done["done"], &done["skipped"]),
        (&json!("done"), &json!(3), &json!(0)),
        "{done:#}"
    );
    for id in &ids {
        assert!(active(&api, id).await, "{id}");
    }
    assert_eq!(newest(&api).await, "Grace: Undid the changes since 2026-11-24 10:01 UTC of First.");
    assert_eq!(entries(&api.app).await[1]["sentence"], "Paused the connection First.");
    let refused = api.scim("GET", "/Users", None).await;
    assert_eq!(refused.status, 503, "its client does not make the changes again");
    let history = api.command("history.list", json!({"id": ids[0], "limit": 10})).await;
    assert_eq!(history["rows"][0]["sentence"], "Reactivated by Grace, as part of an undo");
    assert_eq!(history["rows"][0]["undoId"], done["id"]);
    assert_eq!(history["rows"][0]["undoes"], history["rows"][1]["id"], "with the change that it undid");

    let again = json!({"kind": "undo", "id": done["id"]});
    assert_eq!(preview(&api, &again).await["connection"], Value::Null, "its client has no part in it");
    undo(&api, &again, false).await;
    assert!(!active(&api, &ids[0]).await, "an undo is undone, too");
    assert_eq!(newest(&api).await, "Grace: Undid an undo of First.");
    let newest = json!({"id": null, "offset": 0, "limit": 1});
    let newest = api.command("undo.status", newest).await;
    assert_eq!(newest["title"], "An undo of changes of First");
}

#[tokio::test]
async fn one_request_and_one_change_are_undone_and_what_changed_since_is_named_with_its_author() {
    let (api, ids, _) = start(&["ada", "bob"]).await;
    set(&api, &ids[0], "title", json!("Countess")).await;
    set(&api, &ids[1], "title", json!("Clerk")).await;
    let request = api.recorded("PATCH", &format!("/Users/{}", ids[0])).await;
    let done = undo(&api, &json!({"kind": "request", "id": request["row"]["id"]}), false).await;
    assert_eq!((&done["done"], &done["rows"][0]["name"]), (&json!(1), &json!("ada")), "{done:#}");
    let titles = async || {
        let mut all = Vec::new();
        for id in &ids {
            all.push(api.scim("GET", &format!("/Users/{id}"), None).await.body["title"].clone());
        }
        all
    };
    assert_eq!(titles().await, [Value::Null, json!("Clerk")], "that request alone");

    let history = api.command("history.list", json!({"id": ids[1], "limit": 10})).await;
    assert_eq!(history["rows"][0]["undoable"], true);
    let of = json!({"kind": "change", "id": history["rows"][0]["id"]});
    api.clock.advance(MINUTE);
    set(&api, &ids[1], "title", json!("Chief")).await;
    let shown = preview(&api, &of).await;
    assert_eq!(shown["rows"][0]["reason"], "Changed since by First at 2026-11-24 10:02 UTC.", "{shown:#}");
    let start = json!({"of": of, "seen": shown["seen"], "pause": false, "admins": false});
    let refused = api.app.call(&window("main"), "undo.start", start).await.unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (Code::Conflict, "There is nothing to undo."));
    assert_eq!(titles().await[1], "Chief");
}

#[tokio::test]
async fn an_undo_needs_an_admin_who_gave_the_password_and_never_unblocks() {
    let (api, ids, since) = start(&["ada"]).await;
    set(&api, &ids[0], "active", json!(false)).await;
    api.command("people.block", json!({"id": ids[0]})).await;
    let of = connection(&api, &since);
    let shown = preview(&api, &of).await;
    assert_eq!(shown["rows"][0]["remarks"], json!(["Remains blocked from signing in."]), "{shown:#}");
    let start = json!({"of": of, "seen": shown["seen"], "pause": false, "admins": false});
    let refused =
        api.app.call(&Caller::Window("other".into()), "undo.start", start.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::SignedOut);
    api.clock.advance(10 * MINUTE);
    let refused = api.app.call(&window("main"), "undo.start", start.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "a sensitive act");
    api.app.call(&window("main"), "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    api.app.call(&window("main"), "undo.start", start).await.unwrap();
    let person = api.command("people.show", json!({"id": ids[0]})).await;
    assert_eq!(
        (&person["row"]["active"], &person["row"]["blocked"]),
        (&json!(true), &json!(true)),
        "{person:#}"
    );
}

#[tokio::test]
async fn what_is_to_be_undone_must_be_here() {
    let (api, _, since) = start(&[]).await;
    for (of, message) in [
        (json!({"kind": "change", "id": 4711}), "There is no change \"4711\"."),
        (json!({"kind": "undo", "id": "x"}), "There is no undo \"x\"."),
        (json!({"kind": "connection", "id": "x", "since": since}), "There is no connection \"x\"."),
    ] {
        let args = json!({"of": of, "offset": 0, "limit": 50});
        let refused = api.app.call(&Caller::Operator, "undo.preview", args).await.unwrap_err();
        assert_eq!((refused.code, refused.message.as_str()), (Code::NotFound, message));
    }
    assert_eq!(api.command("undo.status", json!({"offset": 0, "limit": 1})).await, Value::Null, "none yet");
}

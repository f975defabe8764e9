//! What the page of one person or group shows, and how a link is undone.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

const DAY: Duration = Duration::from_hours(24);

fn path(person: &Value) -> String {
    format!("/Users/{}", person["id"].as_str().unwrap())
}

async fn show(api: &Api, id: &Value) -> Value {
    api.command("people.show", json!({"id": id})).await
}

/// The first Admin, signed in, whose acts are shown by name.
async fn admin(api: &Api) -> Caller {
    let caller = Caller::Window("admin".to_owned());
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&caller, "account.createFirst", args).await.unwrap();
    caller
}

async fn local(api: &Api) -> Value {
    let args = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    api.command("people.createLocal", args).await["personId"].clone()
}

#[tokio::test]
async fn a_person_tells_who_made_it_who_took_access_away_and_what_was_asked_last() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "joiner");
    let view = show(&api, &ada["id"]).await;
    assert_eq!(view["created"], json!({"by": "First", "at": "2026-11-24T10:00:00Z"}), "{view}");
    assert!(view["deactivated"].is_null() && view["linked"].is_null(), "{view}");
    api.clock.advance(DAY);
    let left = json!({"userName": "ada", "active": false});
    api.scim("PUT", &path(&ada), left).await.expect(200, "leaver");
    api.scim("GET", &path(&ada), None).await.expect(200, "a look");
    api.recorded("GET", &path(&ada)).await;
    let view = show(&api, &ada["id"]).await;
    assert_eq!(view["deactivated"], json!({"by": "First", "at": "2026-11-25T10:00:00Z"}), "{view}");
    assert_eq!(view["lastRequest"]["method"], "GET", "the newest, which changed nothing: {view}");
    let allowed = api
        .command("people.createLocal", json!({"name": "Mel", "email": "mel@example.com", "role": "member"}));
    let passcode = allowed.await["passcode"].clone();
    let member = Caller::Window("mel".to_owned());
    let sign_in = json!({"email": "mel@example.com", "password": passcode});
    api.app.call(&member, "session.signIn", sign_in).await.unwrap();
    let change = json!({"password": passcode, "newPassword": "a password of my own"});
    api.app.call(&member, "session.changePassword", change).await.unwrap();
    let seen = api.app.call(&member, "people.show", json!({"id": ada["id"]})).await.unwrap();
    assert!(seen["lastRequest"].is_null(), "a Member sees no requests: {seen}");
    let error = api.app.call(&member, "people.undoLink", json!({"id": ada["id"]})).await.unwrap_err();
    assert_eq!(error.code, Code::Role, "nor undoes anything: {error:?}");
}

#[tokio::test]
async fn a_deleted_person_is_shown_until_the_record_goes() {
    let api = Api::start("custom").await;
    let body = json!({"userName": "ada", "displayName": "Ada"});
    let ada = api.scim("POST", "/Users", body).await.expect(201, "joiner");
    api.scim("DELETE", &path(&ada), None).await.expect(204, "leaver");
    let error = api.app.call(&Caller::Operator, "people.show", json!({"id": ada["id"]})).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound, "{error:?}");
    assert_eq!(error.message, "Ada was deleted by First on 24 November 2026.");
    assert!(error.hint.unwrap().contains("deleted for good on 24 December 2026"), "until when");
    let unknown = api.app.call(&Caller::Operator, "people.show", json!({"id": "unknown"})).await.unwrap_err();
    assert!(unknown.hint.is_none(), "nothing is known of a stranger: {unknown:?}");
}

#[tokio::test]
async fn a_history_is_filtered_by_who_asked_and_by_kind() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "joiner");
    for (title, active) in [("Miss", true), ("Countess", true), ("Countess", false)] {
        let body = json!({"userName": "ada", "title": title, "active": active});
        api.scim("PUT", &path(&ada), body).await.expect(200, title);
    }
    api.command("people.block", json!({"id": ada["id"]})).await;
    let ask = |source: Value, kind: Value, limit: u64| {
        api.command("history.list", json!({"id": ada["id"], "source": source, "kind": kind, "limit": limit}))
    };
    let all = ask(Value::Null, Value::Null, 2).await;
    assert_eq!((&all["total"], all["rows"].as_array().unwrap().len()), (&json!(5), 2), "{all}");
    assert_eq!(all["rows"][0]["rows"][0]["path"], "blocked", "newest first: {all}");
    assert_eq!(
        all["sources"],
        json!([{"id": "here", "name": "This computer"}, {"id": api.connection_id, "name": "First"}])
    );
    let kinds: Vec<&Value> = all["kinds"].as_array().unwrap().iter().map(|each| &each["kind"]).collect();
    assert_eq!(kinds, ["create", "update", "deactivate", "block"], "what there is to choose");
    for (source, kind, total) in [
        (json!("here"), Value::Null, 1),
        (json!(api.connection_id), Value::Null, 4),
        (json!(api.connection_id), json!("update"), 2),
        (json!("here"), json!("create"), 0),
        (Value::Null, json!("deactivate"), 1),
    ] {
        let page = ask(source.clone(), kind.clone(), 50).await;
        assert_eq!(page["total"], total, "{source} {kind}: {page}");
        assert_eq!(page["rows"].as_array().unwrap().len(), total, "{source} {kind}: shown");
    }
    let group =
        api.scim("POST", "/Groups", json!({"displayName": "Crew", "members": [{"value": ada["id"]}]}));
    let group = group.await.expect(201, "a group");
    let page = api.command("history.list", json!({"id": group["id"], "kind": "members", "limit": 10})).await;
    assert_eq!(page["rows"][0]["rows"][0]["after"], "ada", "who was added: {page}");
    for (kind, limit) in [(json!("strange"), 10), (Value::Null, 0), (Value::Null, 201)] {
        let args = json!({"id": ada["id"], "kind": kind, "limit": limit});
        let error = api.app.call(&Caller::Operator, "history.list", args).await.unwrap_err();
        assert_eq!(error.code, Code::Invalid, "{kind} {limit}: {error:?}");
    }
}

#[tokio::test]
async fn a_group_tells_the_groups_in_it_and_what_changed_last() {
    let api = Api::start("custom").await;
    let inner = api.scim("POST", "/Groups", json!({"displayName": "Inner"})).await.expect(201, "inner");
    let body = json!({"displayName": "Outer", "members": [{"value": inner["id"], "type": "Group"}]});
    let outer = api.scim("POST", "/Groups", body).await.expect(201, "outer");
    let view = api.command("groups.show", json!({"id": outer["id"]})).await;
    assert_eq!(view["groups"][0]["name"], "Inner", "{view}");
    assert_eq!(view["row"]["lastChange"], "Members changed", "{view}");
    let list = api.command("groups.list", json!({"search": "inn", "offset": 0, "limit": 1})).await;
    assert_eq!(list["rows"][0]["lastChange"], "Created", "{list}");
}

#[tokio::test]
async fn an_undone_link_gives_the_local_account_back_and_an_admin_decides_again() {
    let api = Api::start("custom").await;
    let grace = admin(&api).await;
    let id = local(&api).await;
    let body = json!({"userName": "mel@example.com", "displayName": "Mel Conway", "title": "Engineer"});
    api.scim("POST", "/Users", body.clone()).await.refused(409, Some("uniqueness"));
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    api.app.call(&grace, "match.link", json!({"id": waiting[0]["id"]})).await.unwrap();
    let mel = format!("/Users/{}", id.as_str().unwrap());
    let changed = json!({"userName": "melissa@example.com", "displayName": "Mel Conway", "title": "Engineer",
        "externalId": "e1", "emails": [{"value": "melissa@example.com"}]});
    api.scim("PUT", &mel, changed).await.expect(200, "the provider manages it");
    let group = json!({"displayName": "Crew", "members": [{"value": id}]});
    let group = api.scim("POST", "/Groups", group).await.expect(201, "a group");
    let rules =
        json!({"matching": "link", "onDelete": "keep", "adminGroupId": group["id"], "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let view = show(&api, &id).await;
    assert_eq!(view["row"]["role"], "admin", "by the group: {view}");
    assert_eq!(view["linked"]["by"], "Grace", "{view}");
    assert_eq!(view["linked"]["undoUntil"], "2026-12-24T10:00:00Z", "{view}");

    api.app.call(&grace, "people.undoLink", json!({"id": id})).await.unwrap();
    let view = show(&api, &id).await;
    assert!(view["row"]["source"].is_null() && view["linked"].is_null(), "local again: {view}");
    assert_eq!(
        (&view["row"]["name"], &view["row"]["userName"], &view["row"]["role"]),
        (&json!("Mel"), &json!("mel@example.com"), &json!("member")),
        "as it was here"
    );
    assert!(view["scim"].get("title").is_none() && view["scim"].get("externalId").is_none(), "{view}");
    assert_eq!(view["groups"], json!([]), "the connection's groups are the connection's");
    assert_eq!(view["maySignIn"], true, "and signs in as before");
    let found = json!({"search": "melissa", "sort": "name", "descending": false, "offset": 0, "limit": 5});
    assert_eq!(api.command("people.list", found).await["total"], 0, "the provider's address went with it");
    let connection = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!(connection["people"], 0, "it counts no longer: {connection}");
    api.scim("GET", &mel, None).await.refused(404, None);
    let group = api.command("groups.show", json!({"id": group["id"]})).await;
    assert_eq!(group["row"]["members"], 0, "{group}");

    // The rule alone would link it again at once.
    api.scim("POST", "/Users", body).await.refused(409, Some("uniqueness"));
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    assert_eq!(waiting[0]["arriving"], "Mel Conway", "an Admin decides: {waiting}");
    let again = api.app.call(&grace, "people.undoLink", json!({"id": id})).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "there is nothing to undo: {again:?}");
    api.app
        .call(&grace, "match.link", json!({"id": waiting[0]["id"]}))
        .await
        .expect("it can be linked again");
    assert_eq!(show(&api, &id).await["linked"]["by"], "Grace", "and is");
}

#[tokio::test]
async fn undoing_a_link_gives_no_one_access_back() {
    let api = Api::start("custom").await;
    let id = local(&api).await;
    let rules = json!({"matching": "link", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let body = json!({"userName": "mel@example.com", "title": "Engineer"});
    api.scim("POST", "/Users", body).await.expect(201, "linked by the rule");
    assert_eq!(show(&api, &id).await["linked"]["by"], "First", "the connection's rule did it");
    let left = json!({"userName": "mel@example.com", "active": false});
    api.scim("PUT", &format!("/Users/{}", id.as_str().unwrap()), left).await.expect(200, "leaver");
    api.command("people.undoLink", json!({"id": id})).await;
    let view = show(&api, &id).await;
    assert_eq!((&view["row"]["active"], &view["scim"]["active"]), (&json!(false), &json!(false)), "{view}");
}

#[tokio::test]
async fn a_link_is_undone_within_thirty_days_and_never_over_another_persons_name() {
    let api = Api::start("custom").await;
    let id = local(&api).await;
    let stranger = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "never local");
    let error =
        api.app.call(&Caller::Operator, "people.undoLink", json!({"id": stranger["id"]})).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict, "{error:?}");
    let rules = json!({"matching": "link", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    api.scim("POST", "/Users", json!({"userName": "mel@example.com"})).await.expect(201, "linked");
    let renamed = json!({"userName": "melissa@example.com"});
    let mel = format!("/Users/{}", id.as_str().unwrap());
    api.scim("PUT", &mel, renamed).await.expect(200, "another name");
    let other = json!({"userName": "mel@example.com"});
    let other = api.scim("POST", "/Users", other).await.expect(201, "the old name is free");
    let taken = api.app.call(&Caller::Operator, "people.undoLink", json!({"id": id})).await.unwrap_err();
    assert_eq!(taken.code, Code::Conflict, "{taken:?}");
    assert!(show(&api, &id).await["row"]["source"].is_object(), "nothing was done by halves");
    api.scim("DELETE", &path(&other), None).await.expect(204, "free again");
    api.clock.advance(31 * DAY);
    let late = api.app.call(&Caller::Operator, "people.undoLink", json!({"id": id})).await.unwrap_err();
    assert!(late.message.contains("30 days"), "{late:?}");
    assert!(show(&api, &id).await["linked"]["undoUntil"].is_null(), "and it is not offered");
}

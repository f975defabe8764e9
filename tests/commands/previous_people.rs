//! The same person as before, under a new id: an Admin attaches the history of one who was deleted.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

async fn show(api: &Api, id: &Value) -> Value {
    api.command("people.show", json!({"id": id})).await
}

async fn history(api: &Api, id: &Value) -> Value {
    api.command("history.list", json!({"id": id, "limit": 50})).await
}

/// Creates and deletes; answers the id.
async fn deleted(api: &Api, body: Value) -> Value {
    let made = api.scim("POST", "/Users", body).await.expect(201, "joiner");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    api.scim("DELETE", &path, None).await.expect(204, "leaver");
    made["id"].clone()
}

async fn attach(api: &Api, id: &Value, former: &Value) -> Result<Value, Code> {
    let args = json!({"id": id, "formerId": former});
    let done = api.app.call(&Caller::Operator, "people.attachHistory", args).await;
    done.map_err(|error| error.code)
}

#[tokio::test]
async fn the_history_of_the_same_person_as_before_is_offered_attached_and_detached() {
    let api = Api::start("custom").await;
    let ada = json!({"userName": "ada@example.com", "externalId": "ada", "displayName": "Ada Byron"});
    let before = deleted(&api, ada.clone()).await;
    let now = api.scim("POST", "/Users", ada).await.expect(201, "rehired")["id"].clone();
    assert_ne!(now, before, "a mail nickname proves nothing");
    let offered = show(&api, &now).await["formers"].clone();
    let expected =
        json!([{"id": before, "name": "Ada Byron", "deletedAt": "2026-11-24T10:00:00Z", "attached": false}]);
    assert_eq!(offered, expected, "by name and by when it was");
    assert_eq!(history(&api, &now).await["total"], 1, "nothing is joined by itself");

    attach(&api, &now, &before).await.unwrap();
    let joined = history(&api, &now).await;
    let sentences: Vec<&str> =
        joined["rows"].as_array().unwrap().iter().map(|row| row["sentence"].as_str().unwrap()).collect();
    assert_eq!(
        sentences,
        [
            "Changed by Foundational",
            "Created by First",
            "Deleted by First, under an earlier id",
            "Created by First, under an earlier id"
        ]
    );
    assert_eq!(joined["rows"][0]["rows"][0]["path"], "historyOf", "journalled: {joined}");
    let kinds: Vec<&Value> = joined["kinds"].as_array().unwrap().iter().map(|each| &each["kind"]).collect();
    assert_eq!(joined["total"], 4);
    assert_eq!(kinds, ["create", "update", "delete"]);
    let view = show(&api, &now).await;
    assert_eq!((&view["formers"][0]["attached"], &view["row"]["role"]), (&json!(true), &json!("member")));
    assert_eq!(
        (&view["maySignIn"], &view["created"]["by"]),
        (&json!(false), &json!("First")),
        "no right: {view}"
    );
    assert_eq!(attach(&api, &now, &before).await, Err(Code::Conflict), "once");

    api.clock.advance(std::time::Duration::from_hours(31 * 24));
    api.app.housekeeping().round().await.unwrap();
    api.clock.advance(std::time::Duration::from_hours(24));
    api.app.housekeeping().round().await.unwrap();
    let view = show(&api, &now).await;
    assert_eq!(view["formers"][0]["name"], "Ada Byron", "shown after the tombstone was deleted: {view}");
    assert_eq!(history(&api, &now).await["total"], 4, "and the history remains");
    api.command("people.detachHistory", json!({"id": now, "formerId": before})).await;
    assert_eq!(history(&api, &now).await["total"], 3, "its own, with what was attached and detached");
    let again = json!({"id": now, "formerId": before});
    let again = api.app.call(&Caller::Operator, "people.detachHistory", again).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "{again:?}");
}

#[tokio::test]
async fn only_who_may_be_the_same_is_offered_and_to_admins_alone() {
    let api = Api::start("custom").await;
    let stranger = deleted(&api, json!({"userName": "eve@example.com", "externalId": "e9"})).await;
    let renamed = deleted(&api, json!({"userName": "ada.byron@example.com", "externalId": "e1"})).await;
    let local = json!({"name": "Ada", "email": "ADA.KING@example.com", "role": "member"});
    let local = api.command("people.createLocal", local).await["personId"].clone();
    api.command("people.deleteLocal", json!({"id": local})).await;
    let body = json!({"userName": "ada.king@example.com", "externalId": "e1"});
    let now = api.scim("POST", "/Users", body.clone()).await.expect(201, "rehired")["id"].clone();
    let view = show(&api, &now).await;
    let mut offered: Vec<&Value> = view["formers"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    offered.sort_by_key(ToString::to_string);
    let mut expected = [&renamed, &local];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(offered, expected, "by externalId, and by userName of any source");
    assert_eq!(attach(&api, &now, &stranger).await, Err(Code::Conflict), "no one else's history");
    assert_eq!(attach(&api, &now, &now).await, Err(Code::Conflict), "nor one's own");
    let admin = Caller::Window("admin".to_owned());
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&admin, "account.createFirst", args).await.unwrap();
    let mel = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = api.command("people.createLocal", mel).await["passcode"].clone();
    let member = Caller::Window("mel".to_owned());
    let args = json!({"email": "mel@example.com", "password": mel});
    api.app.call(&member, "session.signIn", args).await.unwrap();
    let args = json!({"password": mel, "newPassword": "a password of my own"});
    api.app.call(&member, "session.changePassword", args).await.unwrap();
    let seen = api.app.call(&member, "people.show", json!({"id": now})).await.unwrap();
    assert_eq!(seen["formers"], json!([]), "a Member is not shown who was deleted");
    api.clock.advance(std::time::Duration::from_mins(6));
    let args = json!({"id": now, "formerId": renamed});
    let refused = api.app.call(&admin, "people.attachHistory", args).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "an Admin gives the password for it");
}

#[tokio::test]
async fn whose_history_was_attached_does_not_return_and_a_second_return_has_all_of_it() {
    let api = Api::start("custom").await;
    let body = |external: &str| json!({"userName": "ada@example.com", "externalId": external});
    let first = deleted(&api, body("e1")).await;
    let second = api.scim("POST", "/Users", body("e2")).await.expect(201, "another externalId")["id"].clone();
    attach(&api, &second, &first).await.unwrap();
    let path = format!("/Users/{}", second.as_str().unwrap());
    api.scim("DELETE", &path, None).await.expect(204, "leaves again");
    let third =
        api.scim("POST", "/Users", body("e1")).await.expect(201, "the first externalId")["id"].clone();
    assert_ne!(third, first, "the first one is a part of the second by an Admin's word");
    attach(&api, &third, &second).await.unwrap();
    let attached = show(&api, &third).await["formers"].clone();
    assert_eq!(attached.as_array().unwrap().len(), 2, "with what was attached to it: {attached}");
    assert_eq!(
        history(&api, &third).await["total"],
        2 + 3 + 2,
        "created and attached here, and all of before"
    );
}

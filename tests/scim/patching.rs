//! PATCH over HTTP (RFC 7644 section 3.5.2). What each operation does to a resource is in the cases of the
//! `scim` crate; here is what the server adds: order, all or nothing, versions, and no silent refusals.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, USER, group, id, patch, person, read, values};

async fn ada(api: &Api) -> (String, Value) {
    let body = json!({
        "schemas": [USER, ENTERPRISE], "userName": "ada", "title": "Lady", "nickName": "A",
        "name": {"givenName": "Ada", "familyName": "King"},
        "emails": [{"value": "ada@work.org", "type": "work", "primary": true}, {"value": "ada@home.org", "type": "home"}],
        ENTERPRISE: {"department": "R", "manager": {"value": "m1"}},
    });
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    (format!("/Users/{}", id(&made)), made)
}

#[tokio::test]
async fn operations_are_done_in_their_order_and_each_sees_the_one_before() {
    let api = Api::start("custom").await;
    let (path, _) = ada(&api).await;
    let operations = json!([
        {"op": "replace", "path": "title", "value": "First"},
        {"op": "remove", "path": "emails[type eq \"home\"]"},
        {"op": "add", "path": "emails", "value": [{"value": "new@home.org", "type": "home"}]},
        {"op": "replace", "path": "emails[type eq \"home\"].value", "value": "newer@home.org"},
        {"op": "replace", "path": "title", "value": "Last"},
        {"op": "add", "value": {"nickName": "Countess", "name": {"middleName": "L"}}},
        {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "S"},
        {"op": "remove", "path": format!("{ENTERPRISE}:manager")},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "all of them");
    assert_eq!((&after["title"], &after["nickName"]), (&json!("Last"), &json!("Countess")));
    assert_eq!(after["name"], json!({"givenName": "Ada", "familyName": "King", "middleName": "L"}));
    assert_eq!(after["emails"][1], json!({"value": "newer@home.org", "type": "home"}));
    assert_eq!(after[ENTERPRISE], json!({"department": "S"}));
    assert_eq!(after["meta"]["version"], "W/\"2\"", "one request is one change");
    assert_eq!(read(&api, &path).await, after);
}

#[tokio::test]
async fn one_wrong_operation_undoes_them_all() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    for (wrong, scim_type) in [
        (
            json!({"op": "replace", "path": "emails[type eq \"fax\"].display", "value": {"x": 1}}),
            "invalidValue",
        ),
        (json!({"op": "remove", "path": "userName"}), "mutability"),
        (json!({"op": "replace", "path": "id", "value": "1"}), "mutability"),
        (json!({"op": "replace", "path": "emails[", "value": "x"}), "invalidPath"),
        (json!({"op": "replace", "path": "emails[value co \"missing\"].type", "value": "x"}), "noTarget"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "replace", "path": "active", "value": "perhaps"}), "invalidValue"),
        (json!({"op": "move", "path": "title", "value": "x"}), "invalidSyntax"),
    ] {
        let operations = json!([{"op": "replace", "path": "title", "value": "Changed"}, wrong]);
        let reply = api.scim("PATCH", &path, patch(operations)).await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.body);
        let detail = reply.refused(400, Some(scim_type));
        assert!(detail.contains('2'), "{wrong}: the detail says which operation: {detail}");
        assert_eq!(read(&api, &path).await, before, "{wrong}: the first one is not done either");
    }
    // The members of a group and its document are one thing as well.
    let person = id(&person(&api, "bob").await);
    let made = group(&api, "Crew", &[]).await;
    group(&api, "Taken", &[]).await;
    let path = format!("/Groups/{}", id(&made));
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": person}]},
        {"op": "replace", "path": "displayName", "value": "taken"},
    ]);
    api.scim("PATCH", &path, patch(operations)).await.refused(409, Some("uniqueness"));
    assert_eq!(read(&api, &path).await, made, "no one was added");
}

#[tokio::test]
async fn what_changes_nothing_moves_neither_version_nor_time() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    api.clock.advance(Duration::from_mins(1));
    for operations in [
        json!([{"op": "replace", "path": "title", "value": "Lady"}]),
        json!([{"op": "add", "path": "emails", "value": [{"value": "ada@home.org", "type": "home"}]}]),
        json!([{"op": "remove", "path": "displayName"}]),
        json!([{"op": "replace", "path": "title", "value": "X"}, {"op": "replace", "path": "title", "value": "Lady"}]),
        json!([{"op": "replace", "value": {"active": true, "name": {"givenName": "Ada"}}}]),
    ] {
        let after = api.scim("PATCH", &path, patch(operations.clone())).await.expect(200, "done");
        assert_eq!(after, before, "{operations}");
    }
    let mut body = before.clone();
    body.as_object_mut().unwrap().remove("meta");
    let after = api.scim("PUT", &path, body).await.expect(200, "the same once more");
    assert_eq!(after, before, "PUT too");

    let bob = id(&person(&api, "bob").await);
    let crew = group(&api, "Crew", &[&bob]).await;
    let path = format!("/Groups/{}", id(&crew));
    api.clock.advance(Duration::from_mins(1));
    for operations in [
        json!([{"op": "add", "path": "members", "value": [{"value": bob}]}]),
        json!([{"op": "replace", "path": "members", "value": [{"value": bob}]}]),
        json!([{"op": "remove", "path": "members[value eq \"0199d3c0-7c2e-7000-8000-00000000dead\"]"}]),
        json!([{"op": "remove", "path": format!("members[value eq \"{bob}\"]")},
               {"op": "add", "path": "members", "value": [{"value": bob}]}]),
    ] {
        let after = api.scim("PATCH", &path, patch(operations.clone())).await.expect(200, "done");
        assert_eq!(after["meta"], crew["meta"], "{operations}");
    }
}

#[tokio::test]
async fn what_changes_something_moves_version_and_time() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    api.clock.advance(Duration::from_millis(1500));
    let operations = json!([{"op": "replace", "path": "title", "value": "lady"}]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "case is a change");
    assert_eq!(after["meta"]["lastModified"], "2026-11-24T10:00:01.500Z");
    assert_eq!(after["meta"]["created"], before["meta"]["created"]);
    assert_eq!(after["meta"]["version"], "W/\"2\"");
}

#[tokio::test]
async fn an_operation_that_cannot_be_done_is_never_answered_as_done() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    let crew = id(&group(&api, "Crew", &[]).await);
    for operation in [
        json!({"op": "add", "path": "groups", "value": [{"value": crew}]}),
        json!({"op": "replace", "path": "meta.created", "value": "1999-01-01T00:00:00Z"}),
        json!({"op": "replace", "path": "id", "value": "x"}),
        json!({"op": "replace", "path": "schemas", "value": ["urn:x"]}),
        json!({"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "x"}),
        json!({"op": "remove", "path": "groups"}),
        json!({"op": "replace", "path": "shoeSize", "value": 43}),
        json!({"op": "replace", "path": "name.shoeSize", "value": 43}),
        json!({"op": "remove", "path": "userName"}),
        json!({"op": "replace", "path": "userName", "value": ""}),
        json!({"op": "replace", "path": "emails[type eq \"fax\" and value pr].value", "value": "x"}),
        json!({"op": "replace", "path": "title[value eq \"x\"]", "value": "x"}),
        json!({"op": "add"}),
        json!({"op": "replace", "path": "title"}),
        json!({"path": "title", "value": "x"}),
        json!({"op": "copy", "from": "title", "path": "nickName"}),
    ] {
        let reply = api.scim("PATCH", &path, patch(json!([operation]))).await;
        assert_eq!(reply.status, 400, "{operation}: {}", reply.body);
        assert_eq!(read(&api, &path).await, before, "{operation}: nothing was done");
    }
}

/// The one thing that is forgiven: Entra patches extensions that are not defined here, together with the rest.
#[tokio::test]
async fn an_undefined_extension_is_ignored_and_noted() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    let operations = json!([
        {"op": "replace", "path": "urn:example:other:2.0:User:shoeSize", "value": 43},
        {"op": "replace", "path": "title", "value": "Countess"},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "the rest is done");
    assert_eq!((&before["title"], &after["title"]), (&json!("Lady"), &json!("Countess")));
    let recorded = api.recorded("PATCH", &path).await;
    let notes = recorded["notes"].to_string();
    assert!(notes.contains("shoeSize"), "the admin learns what was ignored: {recorded}");
}

#[tokio::test]
async fn a_body_that_is_no_patch_is_refused() {
    let api = Api::start("custom").await;
    let (path, before) = ada(&api).await;
    for body in [
        json!({}),
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}),
        patch(json!([])),
        patch(json!("x")),
        patch(json!({"op": "replace", "path": "title", "value": "x"})),
        patch(json!([1])),
        patch(json!([{"op": 1, "path": "title", "value": "x"}])),
        patch(json!([{"op": "replace", "path": 1, "value": "x"}])),
        json!({"title": "x"}),
    ] {
        let reply = api.scim("PATCH", &path, body.clone()).await;
        assert_eq!(reply.status, 400, "{body}: {}", reply.body);
    }
    let many: Vec<Value> =
        (0..1001).map(|_| json!({"op": "replace", "path": "title", "value": "x"})).collect();
    api.scim("PATCH", &path, patch(many)).await.refused(413, None);
    assert_eq!(read(&api, &path).await, before);
}

#[tokio::test]
async fn a_patch_without_if_match_of_many_members_is_a_set_operation() {
    let api = Api::start("custom").await;
    let people: Vec<String> = {
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(id(&person(&api, &format!("p{n}")).await));
        }
        ids
    };
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[&people[0], &people[1]]).await));
    let operations = json!([
        {"op": "remove", "path": format!("members[value eq \"{}\"]", people[0])},
        {"op": "add", "path": "members", "value": [{"value": people[2]}, {"value": people[3]}, {"value": people[3]}]},
        {"op": "remove", "path": "members", "value": [{"value": people[1]}]},
        {"op": "add", "value": {"members": [{"value": people[4]}]}},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "done");
    let mut wanted = people[2..].to_vec();
    wanted.sort();
    assert_eq!(values(&after["members"]), wanted);
    assert_eq!(after["meta"]["version"], "W/\"2\"");
}

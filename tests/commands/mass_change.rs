//! A client that takes access or memberships from many people: it is found at once, can be stopped and undone, and is over
//! when those people have again what they lost.

use std::time::Duration;

use foundational::Caller;
use serde_json::{Value, json};
use tests::Api;

const MINUTE: Duration = Duration::from_mins(1);

/// A connection with that many people; answers their ids.
async fn start(people: usize) -> (Api, Vec<String>) {
    let api = Api::start("okta").await;
    let mut ids = Vec::new();
    for number in 0..people {
        let body = json!({"userName": format!("person{number}@acme.example")});
        let made = api.scim("POST", "/Users", body).await.expect(201, "a joiner");
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    api.clock.advance(MINUTE);
    (api, ids)
}

async fn group(api: &Api, members: &[String]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({"displayName": "Crew", "members": members});
    let made = api.scim("POST", "/Groups", body).await.expect(201, "a group");
    made["id"].as_str().unwrap().to_owned()
}

async fn patch(api: &Api, path: &str, operation: Value) {
    let body =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]});
    api.scim("PATCH", path, body).await.expect(200, path);
}

async fn set_active(api: &Api, id: &str, active: bool) {
    patch(api, &format!("/Users/{id}"), json!({"op": "replace", "value": {"active": active}})).await;
}

async fn found(api: &Api, code: &str) -> Option<Value> {
    let findings = api.command("diagnosis.findings", json!({})).await;
    findings["findings"].as_array().unwrap().iter().find(|one| one["code"] == code).cloned()
}

fn message(finding: Option<&Value>) -> &str {
    finding.and_then(|one| one["message"].as_str()).unwrap_or_default()
}

#[tokio::test]
async fn people_who_lose_access_in_a_short_time_are_found_and_come_back_by_the_undo_of_the_finding() {
    let (api, ids) = start(12).await;
    for id in &ids[..9] {
        set_active(&api, id, false).await;
    }
    assert_eq!(found(&api, "people.massLeave").await, None, "nine people are no mass change");
    api.clock.advance(MINUTE);
    api.scim("DELETE", &format!("/Users/{}", ids[9]), None::<Value>).await;
    let finding = found(&api, "people.massLeave").await;
    assert_eq!(message(finding.as_ref()), "First: 10 of 12 users lost access within an hour.");
    let finding = finding.unwrap();
    let kinds: Vec<&Value> =
        finding["remedies"].as_array().unwrap().iter().map(|remedy| &remedy["kind"]).collect();
    assert_eq!(kinds, ["pause", "undo"]);
    assert_eq!(finding["severity"], "problem");
    assert_eq!(finding["evidence"][2]["text"], "2 users have access now");

    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let paused = found(&api, "people.massLeave").await.unwrap();
    let undo = &paused["remedies"][0];
    assert_eq!(undo["kind"], "undo", "a paused connection cannot be paused again: {paused:#}");
    let of = json!({"kind": "connection", "id": undo["connectionId"], "since": undo["target"]});
    let preview = api.command("undo.preview", json!({"of": of, "offset": 0, "limit": 50})).await;
    assert_eq!(preview["steps"], 10, "{preview:#}");
    let args = json!({"of": of, "seen": preview["seen"], "pause": false, "admins": false});
    api.command("undo.start", args).await;
    assert_eq!(found(&api, "people.massLeave").await, None, "they have access again");
    for id in &ids {
        let row = &api.command("people.show", json!({ "id": id })).await["row"];
        assert_eq!(row["active"], true, "{row}");
    }
}

#[tokio::test]
async fn a_mass_change_is_notified_and_one_that_was_hidden_is_shown_again_when_it_has_doubled() {
    let (api, ids) = start(24).await;
    for id in &ids[..10] {
        set_active(&api, id, false).await;
    }
    let due = async || api.app.desktop().due_notifications(&Caller::Operator).await.unwrap();
    let notified = due().await;
    let title = "First: 10 of 24 users lost access within an hour.";
    assert!(notified.iter().any(|one| one.title == title && one.place == "diagnostics"), "{notified:?}");
    let id = found(&api, "people.massLeave").await.unwrap()["id"].clone();
    api.command("diagnosis.hide", json!({ "id": id })).await;
    assert_eq!(found(&api, "people.massLeave").await, None, "it is hidden");
    assert!(due().await.iter().all(|one| one.title != title), "what is hidden is not notified");
    for id in &ids[10..16] {
        set_active(&api, id, false).await;
    }
    let finding = found(&api, "people.massLeave").await;
    assert_eq!(message(finding.as_ref()), "First: 16 of 24 users lost access within an hour.");
}

#[tokio::test]
async fn a_group_that_loses_its_members_is_found_until_they_are_members_again() {
    let (api, ids) = start(30).await;
    let crew = group(&api, &ids[..11]).await;
    api.clock.advance(MINUTE);
    let path = format!("/Groups/{crew}");
    patch(&api, &path, json!({"op": "replace", "path": "members", "value": []})).await;
    let finding = found(&api, "people.massGroups").await;
    assert_eq!(message(finding.as_ref()), "First: 11 of 30 users were taken out of groups within an hour.");
    assert_eq!(found(&api, "people.massLeave").await, None, "no one lost access");
    let members: Vec<Value> = ids[..11].iter().map(|id| json!({ "value": id })).collect();
    patch(&api, &path, json!({"op": "add", "path": "members", "value": members})).await;
    assert_eq!(found(&api, "people.massGroups").await, None);
}

#[tokio::test]
async fn a_deleted_group_has_taken_its_members_out() {
    let (api, ids) = start(12).await;
    let crew = group(&api, &ids).await;
    api.scim("DELETE", &format!("/Groups/{crew}"), None::<Value>).await;
    let finding = found(&api, "people.massGroups").await;
    assert_eq!(message(finding.as_ref()), "First: 12 of 12 users were taken out of groups within an hour.");
}

#[tokio::test]
async fn an_admin_who_loses_the_role_by_a_group_is_found_at_once() {
    let (api, ids) = start(3).await;
    let crew = group(&api, &ids[..1]).await;
    let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": crew, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let remove = json!({"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])});
    patch(&api, &format!("/Groups/{crew}"), remove).await;
    let finding = found(&api, "people.adminsRemoved").await;
    assert_eq!(message(finding.as_ref()), "First: 1 user lost the role of Admin, by a group.");
}

#[tokio::test]
async fn what_happened_over_a_week_ago_or_to_people_without_access_is_no_mass_change() {
    let (api, ids) = start(12).await;
    for id in &ids {
        set_active(&api, id, false).await;
    }
    assert!(found(&api, "people.massLeave").await.is_some());
    api.clock.advance(Duration::from_hours(7 * 24 + 1));
    assert_eq!(found(&api, "people.massLeave").await, None, "it is over after a week");
    for id in &ids {
        api.scim("DELETE", &format!("/Users/{id}"), None::<Value>).await;
    }
    assert_eq!(found(&api, "people.massLeave").await, None, "who had no access lost none by the deletion");
}

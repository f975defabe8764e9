//! What the tests of the brake share: a connection with people, its mode, and what is shown of it.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Api, Reply};

pub(crate) const MINUTE: Duration = Duration::from_mins(1);

/// The members of the settings of a brake that differ from the usual ones.
pub(crate) async fn set_brake(api: &Api, change: Value) {
    let mut brake = json!({"mode": "hold", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30});
    brake.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    api.command("connection.setBrake", json!({"id": api.connection_id, "brake": brake})).await;
}

/// A connection that holds, with so many people; answers their ids.
pub(crate) async fn start(provider: &str, people: usize) -> (Api, Vec<String>) {
    let api = Api::start(provider).await;
    set_brake(&api, json!({})).await;
    let mut ids = Vec::new();
    for number in 0..people {
        ids.push(join(&api, &format!("person{number}@acme.example")).await);
    }
    api.clock.advance(MINUTE);
    (api, ids)
}

pub(crate) async fn join(api: &Api, name: &str) -> String {
    let made = api.scim("POST", "/Users", json!({ "userName": name })).await.expect(201, "a joiner");
    made["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn group(api: &Api, name: &str, members: &[String]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({"displayName": name, "members": members});
    let made = api.scim("POST", "/Groups", body).await.expect(201, "a group");
    made["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn patch(api: &Api, path: &str, operations: Value) -> Reply {
    let body =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    api.scim("PATCH", path, body).await
}

pub(crate) async fn set_active(api: &Api, id: &str, active: bool) -> Reply {
    let operations = json!([{"op": "replace", "path": "active", "value": active}]);
    patch(api, &format!("/Users/{id}"), operations).await
}

pub(crate) async fn take_out(api: &Api, group: &str, id: &str) -> Reply {
    let operations = json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}]);
    patch(api, &format!("/Groups/{group}"), operations).await
}

/// Deactivates these people, which is done.
pub(crate) async fn leave(api: &Api, ids: &[String]) {
    for id in ids {
        set_active(api, id, false).await.expect(200, "a leaver below the thresholds");
    }
}

/// The refusal of a held removal: its status, an integer of seconds, and the SCIM error.
pub(crate) fn is_held(reply: Reply, status: u16) {
    let after = reply.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(after.as_deref(), Some("300"), "an integer of seconds: {}", reply.body);
    let detail = reply.refused(status, None);
    assert!(
        detail.starts_with("Foundational holds removals of this connection until an Admin decides"),
        "{detail}"
    );
}

/// What is held, as the settings of the connection show it; null: nothing.
pub(crate) async fn hold(api: &Api) -> Value {
    api.command("hold.show", json!({"id": api.connection_id})).await
}

/// What is held, line by line.
pub(crate) async fn lines(api: &Api) -> Vec<String> {
    let rows = hold(api).await["rows"].clone();
    let text = |row: &Value| row["text"].as_str().unwrap().to_owned();
    rows.as_array().into_iter().flatten().map(text).collect()
}

pub(crate) async fn answer(api: &Api, command: &str) {
    api.command(command, json!({"id": api.connection_id})).await;
}

/// The finding of this code.
pub(crate) async fn found(api: &Api, code: &str) -> Option<Value> {
    let findings = api.command("diagnosis.findings", json!({})).await;
    findings["findings"].as_array().unwrap().iter().find(|one| one["code"] == code).cloned()
}

pub(crate) async fn is_active(api: &Api, id: &str) -> Option<bool> {
    let reply = api.scim("GET", &format!("/Users/{id}"), None).await;
    (reply.status == 200).then(|| reply.body["active"].as_bool().unwrap())
}

pub(crate) async fn members(api: &Api, group: &str) -> usize {
    let read = api.scim("GET", &format!("/Groups/{group}"), None).await.expect(200, "the group");
    read["members"].as_array().map_or(0, Vec::len)
}

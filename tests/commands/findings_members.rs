//! Members of groups who are not here, for longer than a cycle.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

use crate::findings::{call, finish, found, is_over, parts, write};

const MINUTE: Duration = Duration::from_mins(1);
const UNKNOWN: &str = "6f1d3c9e-0000-4000-8000-000000000000";

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

fn patch(op: &str, member: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": op, "path": "members", "value": [{"value": member}]}]})
}

#[tokio::test]
async fn members_who_are_not_here_are_found_in_the_next_cycle_until_they_are_taken_out() {
    let api = Api::start("azure").await;
    finish(&api).await;
    let ada = write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
    let crew = json!({"displayName": "Crew", "members": [{"value": id(&ada)}, {"value": UNKNOWN}]});
    let crew = write(&api, "POST", "/Groups", crew, 201).await;
    is_over(&api, "group.membersUnresolved").await;
    api.clock.advance(90 * MINUTE);
    is_over(&api, "group.membersUnresolved").await;
    call(&api, &api.token, "/Users").await;
    let finding = found(&api, "group.membersUnresolved").await;
    assert_eq!(finding["message"], "First: one member of the group Crew is not here.");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["likely: These people are in the group, and not assigned to the app."]);
    assert_eq!(remedies, ["openGroup", "showAssign"]);
    assert_eq!(finding["remedies"][0]["target"], crew["id"]);
    assert_eq!(evidence, format!("Crew: `{UNKNOWN}`"));
    let path = format!("/Groups/{}", id(&crew));
    write(&api, "PATCH", &path, patch("remove", UNKNOWN), 200).await;
    is_over(&api, "group.membersUnresolved").await;
}

#[tokio::test]
async fn a_member_who_was_deleted_is_named_and_one_added_lately_is_not_found_with_them() {
    let api = Api::start("azure").await;
    finish(&api).await;
    let bob = write(&api, "POST", "/Users", json!({"userName": "bob", "displayName": "Bob"}), 201).await;
    api.scim("DELETE", &format!("/Users/{}", id(&bob)), None).await.expect(204, "a leaver");
    let crew = json!({"displayName": "Crew", "members": [{"value": id(&bob)}]});
    let crew = write(&api, "POST", "/Groups", crew, 201).await;
    api.clock.advance(120 * MINUTE);
    let path = format!("/Groups/{}", id(&crew));
    write(&api, "PATCH", &path, patch("add", UNKNOWN), 200).await;
    let (causes, _, evidence) = parts(&found(&api, "group.membersUnresolved").await);
    assert_eq!(causes[0], "certain: Azure has people in its groups who were deleted here.");
    assert_eq!(evidence, "Crew: Bob (deleted)");
}

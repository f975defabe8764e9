//! What is refused without being looked at: a Bulk request as a whole, and people without a name.

use serde_json::{Value, json};
use tests::Api;

use crate::findings::{findings, finish, found, is_over, parts, write};

#[tokio::test]
async fn d6_a_deactivation_in_a_bulk_request_that_is_refused_as_a_whole_is_found_until_it_is_done() {
    let api = Api::start("custom").await;
    finish(&api).await;
    let ada = write(&api, "POST", "/Users", json!({"userName": "ada", "displayName": "Ada"}), 201).await;
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    let leave = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false}]});
    let mut operations: Vec<Value> = (0..1_000)
        .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": {"userName": format!("user{n}")}}))
        .collect();
    operations.push(json!({"method": "PATCH", "path": path, "data": leave}));
    let bulk =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations});
    write(&api, "POST", "/Bulk", bulk, 413).await;
    let finding = found(&api, "write.notDeactivated").await;
    assert_eq!(finding["remedies"][0]["target"], ada["id"], "{finding}");
    let view = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!(view["status"], "failing", "a leaver may still have access");
    let joiners = found(&api, "write.notCreated").await;
    assert!(joiners["message"].as_str().unwrap().contains("999 people could not be created."), "{joiners}");
    write(&api, "PATCH", &path, leave, 200).await;
    is_over(&api, "write.notDeactivated").await;
}

#[tokio::test]
async fn people_without_a_name_are_distinguished_by_what_was_sent() {
    let api = Api::start("custom").await;
    finish(&api).await;
    for title in ["Countess", "Rear admiral", "Countess"] {
        write(&api, "POST", "/Users", json!({"title": title}), 400).await;
    }
    let finding = found(&api, "write.notCreated").await;
    assert!(
        finding["message"].as_str().unwrap().starts_with("First: 2 people could not be created."),
        "{finding}"
    );
    let (_, _, evidence) = parts(&finding);
    assert!(evidence.contains("(2 times)"), "the one that was sent again is one: {evidence}");
    write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
    assert!(
        findings(&api).await.iter().any(|one| one["code"] == "write.notCreated"),
        "no other person shows that they arrived"
    );
}

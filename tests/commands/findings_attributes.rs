//! What is found of attributes: those that are not stored, that arrive at another path, or that never arrive; and requests of another
//! identity provider than the connection is for.

use serde_json::{Value, json};
use tests::Api;

use crate::findings::{MINUTE, call, findings, finish, found, is_over, parts, write};

#[tokio::test]
async fn d5_attributes_that_are_not_stored_are_named() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let badge = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        {"op": "replace", "path": "urn:x:badge", "value": "7"}]});
    write(&api, "PATCH", "/Users/6f1d3c9e-0000-4000-8000-000000000000", badge, 404).await;
    is_over(&api, "people.attributesIgnored").await;
    for name in ["ada", "bob"] {
        write(&api, "POST", "/Users", json!({"userName": name, "jobTitle": "Countess"}), 201).await;
    }
    let (causes, remedies, evidence) = parts(&found(&api, "people.attributesIgnored").await);
    assert_eq!(causes, ["certain: They are in no schema of Foundational."]);
    assert_eq!(remedies, ["openMapping", "seeDeviations"]);
    assert_eq!(evidence, "jobTitle is not in our schemas and was ignored (2 requests)");
}

#[tokio::test]
async fn d5_an_address_that_arrives_as_another_one_is_found_until_the_right_one_arrives() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let home = json!([{"type": "home", "value": "ada@home.example"}]);
    let made = write(&api, "POST", "/Users", json!({"userName": "ada", "emails": home}), 201).await;
    let bob = json!([{"type": "work", "value": "bob@acme.example"}]);
    let finding = found(&api, "people.attributeElsewhere").await;
    assert_eq!(finding["message"], "First: E-mail arrives as `emails[type eq \"home\"].value`.");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: `emails[type eq \"work\"].value` is not in the last write of a user."]);
    assert_eq!(remedies, ["openMapping", "copyMapping", "useThisPath"]);
    assert_eq!(finding["remedies"][2]["target"], "first", "the choice by which it is the account's address");
    let mapping = api.command("mapping.of", json!({"id": api.connection_id})).await;
    assert_eq!(finding["remedies"][1]["label"], "Copy the mapping for Azure");
    assert_eq!(finding["remedies"][1]["target"], mapping["table"]);
    assert_eq!(evidence, "`emails[type eq \"home\"].value` (1 request)");
    assert_eq!(finding["steps"], json!(["In Azure, map **mail** to `emails[type eq \"work\"].value`."]));
    let add = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@acme.example"}]});
    write(&api, "PATCH", &format!("/Users/{}", made["id"].as_str().unwrap()), add, 200).await;
    is_over(&api, "people.attributeElsewhere").await;
    write(&api, "POST", "/Users", json!({"userName": "bob", "emails": bob}), 201).await;
    is_over(&api, "people.attributeElsewhere").await;
}

/// A user as Azure sends one by default, without these attributes.
fn azure_user(name: &str, without: &[&str]) -> Value {
    let mut user = json!({"userName": name, "externalId": name, "active": true,
        "name": {"givenName": "Ada", "familyName": "King"},
        "emails": [{"type": "work", "value": format!("{name}@acme.example")}]});
    for one in without {
        match one.split_once('.') {
            Some((top, part)) => _ = user[top].as_object_mut().unwrap().remove(part),
            None => _ = user.as_object_mut().unwrap().remove(*one),
        }
    }
    user
}

#[tokio::test]
async fn d5_an_attribute_of_the_default_mapping_that_never_arrives_is_found_until_one_does() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let lacking = ["name.familyName"];
    for number in 0..9 {
        write(&api, "POST", "/Users", azure_user(&format!("user{number}"), &lacking), 201).await;
    }
    is_over(&api, "people.attributeMissing").await;
    let last = write(&api, "POST", "/Users", azure_user("last", &lacking), 201).await;
    let all = findings(&api).await;
    assert_eq!(all.len(), 1, "what is optional, as the department, is not missed: {all:#?}");
    let finding = found(&api, "people.attributeMissing").await;
    assert_eq!(finding["message"], "First: Last name does not arrive.");
    assert_eq!(finding["severity"], "notice");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(
        causes,
        ["likely: The mapping is missing in Azure.", "possible: None of these users has a value there."]
    );
    assert_eq!(remedies, ["openMapping", "copyMapping"]);
    let known = "in none of the last 10 writes of users; none of the 10 users has it";
    assert_eq!(evidence, format!("`name.familyName`: {known}"));
    let mapping = api.command("mapping.of", json!({"id": api.connection_id})).await;
    let fields = mapping["fields"].as_array().unwrap();
    let field = fields.iter().find(|one| one["attribute"] == "name.familyName").unwrap();
    assert_eq!(field["evidence"], known, "the screen knows it by the same");
    assert_eq!(finding["remedies"][1]["label"], "Copy the mapping for Azure");
    assert_eq!(finding["remedies"][1]["label"], mapping["copyLabel"]);
    assert_eq!(finding["remedies"][1]["target"], mapping["table"]);
    assert_eq!(finding["steps"], json!(["In Azure, map **surname** to `name.familyName`."]));
    let last = format!("/Users/{}", last["id"].as_str().unwrap());
    let change = |path: &str, value: &str| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            {"op": "Add", "path": path, "value": value}]})
    };
    // As many changes as are looked at.
    api.clock.advance(MINUTE);
    for number in 0..50 {
        let title = change("title", &format!("Countess {number}"));
        api.scim("PATCH", &last, title).await.expect(200, "a change");
    }
    call(&api, &api.token, "/Users").await;
    let evidence = parts(&found(&api, "people.attributeMissing").await).2;
    let known = "in none of the last 50 writes of users; none of the 10 users has it";
    assert_eq!(evidence, format!("`name.familyName`: {known}"));
    write(&api, "PATCH", &last, change("name.familyName", "King"), 200).await;
    is_over(&api, "people.attributeMissing").await;
}

#[tokio::test]
async fn d5_what_no_default_mapping_has_is_not_missed() {
    let nameless: &[&str] = &["externalId", "active", "name"];
    let cases: [(&str, &[&str], usize); 4] = [
        ("okta", nameless, 2),
        ("okta", &["externalId", "active"], 0),
        ("azure", &["active"], 0),
        ("custom", nameless, 0),
    ];
    for (provider, without, missed) in cases {
        let api = Api::start_listening(provider).await;
        finish(&api).await;
        for number in 0..10 {
            let user = azure_user(&format!("user{number}"), without);
            api.clock.advance(MINUTE);
            api.scim("POST", "/Users", user).await.expect(201, "a joiner");
        }
        api.recorded_now().await;
        let all = findings(&api).await;
        let found = all.iter().filter(|one| one["code"] == "people.attributeMissing");
        assert_eq!(found.count(), missed, "{provider} without {without:?}: {all:#?}");
    }
}

#[tokio::test]
async fn another_provider_than_the_connection_is_for_is_noticed() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    for _ in 0..3 {
        api.clock.advance(MINUTE);
        let agent = [("user-agent", "Okta SCIM Client 1.0.0")];
        api.scim_with("GET", "/Users?filter=userName%20eq%20%22ada%22", &agent, None).await;
        api.recorded_now().await;
    }
    let (causes, remedies, evidence) = parts(&found(&api, "connection.otherProvider").await);
    assert_eq!(causes, ["likely: The connection was added for another identity provider."]);
    assert_eq!(remedies, ["openConnection"]);
    assert!(evidence.contains("Okta"), "{evidence}");
    for _ in 0..2 {
        call(&api, &api.token, "/Users").await;
    }
    found(&api, "connection.otherProvider").await;
    call(&api, &api.token, "/Users").await;
    is_over(&api, "connection.otherProvider").await;
}

//! People who are created again and again under a name that an account has.

use serde_json::{Value, json};
use tests::Api;

use crate::findings::{finish, found, is_over, parts, write};

fn ada() -> Value {
    json!({"userName": "ada@acme.example", "displayName": "Ada Lovelace"})
}

async fn refuse(api: &Api, times: usize) {
    for _ in 0..times {
        write(api, "POST", "/Users", ada(), 409).await;
    }
}

#[tokio::test]
async fn a_person_of_the_connection_who_is_created_again_and_again_is_found_until_a_change_arrives() {
    let api = Api::start("azure").await;
    finish(&api).await;
    let made = write(&api, "POST", "/Users", ada(), 201).await;
    refuse(&api, 2).await;
    is_over(&api, "write.duplicateLoop").await;
    refuse(&api, 1).await;
    let finding = found(&api, "write.duplicateLoop").await;
    assert_eq!(finding["message"], "First: one person is created again and again, and exists already.");
    let (causes, remedies, evidence) = parts(&finding);
    assert!(causes[0].starts_with("likely: Azure does not look a person up by `userName`"), "{causes:?}");
    assert_eq!(remedies, ["openPerson", "seeActivity"]);
    assert_eq!(finding["remedies"][0]["target"], made["id"]);
    assert_eq!(
        evidence,
        "ada@acme.example was refused 3 times in a row. Ada Lovelace of this connection has the name."
    );
    assert!(finding["steps"].to_string().contains("matching precedence 1"), "{finding}");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    write(&api, "PUT", &path, ada(), 200).await;
    is_over(&api, "write.duplicateLoop").await;
}

#[tokio::test]
async fn a_person_of_another_connection_who_is_created_again_and_again_is_one_finding() {
    let mut api = Api::start("okta").await;
    finish(&api).await;
    write(&api, "POST", "/Users", ada(), 201).await;
    (api.connection_id, api.token) = api.connect("Second", "custom").await;
    refuse(&api, 2).await;
    found(&api, "write.notCreated").await;
    refuse(&api, 2).await;
    let finding = found(&api, "write.duplicateLoop").await;
    assert_eq!(
        finding["message"],
        "Second: one person is created again and again, and another account has the name."
    );
    assert_eq!(parts(&finding).0, ["certain: Ada Lovelace of First has the name."]);
    is_over(&api, "write.notCreated").await;
    let local = json!({"name": "Bob", "email": "bob@acme.example", "role": "member"});
    api.command("people.createLocal", local).await;
    for _ in 0..3 {
        write(&api, "POST", "/Users", json!({"userName": "bob@acme.example"}), 409).await;
    }
    let finding = found(&api, "write.duplicateLoop").await;
    assert_eq!(parts(&finding).0.len(), 1, "who waits for a decision is a finding of its own: {finding}");
    found(&api, "match.waiting").await;
}

#[tokio::test]
async fn refusals_for_another_reason_are_no_loop() {
    let api = Api::start("custom").await;
    finish(&api).await;
    write(&api, "POST", "/Users", ada(), 201).await;
    for _ in 0..2 {
        refuse(&api, 2).await;
        let wrong = json!({"userName": "ada@acme.example", "active": "yes"});
        write(&api, "POST", "/Users", wrong, 400).await;
    }
    refuse(&api, 2).await;
    is_over(&api, "write.duplicateLoop").await;
}

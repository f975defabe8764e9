//! Findings that are hidden, set aside or over, and who sees them.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

use crate::findings::{call, findings, finish, found, is_over, parts, write};

const DAY: Duration = Duration::from_hours(24);

/// A Bulk request that creates these people.
fn bulk(users: impl Iterator<Item = Value>) -> Value {
    let create = |(at, user): (usize, Value)| json!({"method": "POST", "path": "/Users", "bulkId": at.to_string(), "data": user});
    let operations: Vec<Value> = users.enumerate().map(create).collect();
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

#[tokio::test]
async fn all_of_a_finding_are_set_aside_and_none_of_another_and_it_cannot_be_hidden() {
    let api = Api::start("custom").await;
    finish(&api).await;
    let wrong = |n: usize| match n {
        0 => json!({"userName": "other", "emails": 7}),
        n => json!({"userName": format!("user{n}"), "active": "yes"}),
    };
    write(&api, "POST", "/Bulk", bulk((0..26).map(wrong)), 200).await;
    let all: Vec<Value> =
        findings(&api).await.into_iter().filter(|one| one["code"] == "write.notCreated").collect();
    let messages: Vec<&str> = all.iter().map(|one| one["message"].as_str().unwrap()).collect();
    let many = all.iter().find(|one| one["message"].as_str().unwrap().contains("25 people")).unwrap();
    assert_eq!(messages.len(), 2, "each fault by itself: {messages:?}");
    assert!(parts(many).2.ends_with("And 5 more"), "{many}");
    let id = json!({"id": many["id"]});
    let refused = api.app.call(&Caller::Operator, "diagnosis.hide", id.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "who is refused next would be hidden too: {refused:?}");
    api.command("diagnosis.setAside", id).await;
    let left = found(&api, "write.notCreated").await;
    assert!(
        left["message"].as_str().unwrap().starts_with("First: one person could not be created."),
        "{left}"
    );
    assert!(parts(&left).2.starts_with("other: "), "{left}");
}

#[tokio::test]
async fn a_finding_that_is_over_is_remembered_and_one_that_is_hidden_remains_hidden() {
    let api = Api::start("azure").await;
    finish(&api).await;
    for _ in 0..3 {
        call(&api, "wrong", "/Users").await;
    }
    let first = api.command("diagnosis.check", json!({})).await;
    let finding = found(&api, "access.unauthorized").await;
    assert_eq!(first["past"], json!([]));
    api.command("diagnosis.hide", json!({"id": finding["id"]})).await;
    let hidden = api.command("diagnosis.check", json!({})).await;
    assert_eq!(
        hidden["hidden"][0]["finding"]["id"], finding["id"],
        "a look changes nothing of that: {hidden}"
    );
    call(&api, &api.token, "/Users").await;
    let over = api.command("diagnosis.check", json!({})).await;
    assert_eq!(over["past"][0]["id"], finding["id"], "{over}");
    assert_eq!(over["past"][0]["endedAt"], json!(api.clock.now().to_string()));
}

#[tokio::test]
async fn a_finding_can_be_hidden_for_a_week_and_is_remembered_when_it_is_over() {
    let api = Api::start("okta").await;
    finish(&api).await;
    for _ in 0..3 {
        call(&api, "wrong", "/Users").await;
    }
    let finding = found(&api, "access.unauthorized").await;
    api.command("diagnosis.hide", json!({"id": finding["id"]})).await;
    is_over(&api, "access.unauthorized").await;
    let all = api.command("diagnosis.findings", json!({})).await;
    assert_eq!(all["hidden"][0]["finding"]["id"], finding["id"], "{all}");
    let home = api.command("home.show", json!({})).await;
    assert_eq!(home["attention"], json!([]), "Home shows nothing that is hidden");
    api.command("diagnosis.showAgain", json!({"id": finding["id"]})).await;
    found(&api, "access.unauthorized").await;
    api.command("diagnosis.hide", json!({"id": finding["id"]})).await;
    api.clock.advance(7 * DAY);
    found(&api, "access.unauthorized").await;
}

#[tokio::test]
async fn a_member_sees_nothing_of_findings() {
    let api = Api::start("okta").await;
    let member = Caller::Window("none".to_owned());
    let refused = api.app.call(&member, "diagnosis.findings", json!({})).await;
    assert!(refused.is_err(), "only an Admin: {refused:?}");
}

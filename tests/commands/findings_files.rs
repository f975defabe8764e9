//! What is found of a request log that was damaged, and of people of a restored backup who wait to be confirmed.

use std::path::Path;

use foundational::Caller;
use serde_json::json;
use store::{AuditAct, AuditEntry, PreparedRestore};
use tests::Api;

use crate::findings::{found, is_over, parts};

/// What a file is damaged with.
const DAMAGE: &str = "a disk wrote this, and not SQLite; it is long enough";

#[tokio::test]
async fn a_log_that_was_set_aside_is_found_until_its_file_is_deleted() {
    let api = Api::start("custom").await;
    is_over(&api, "log.setAside").await;
    api.app.close().await;
    std::fs::write(api.folder().join("activity.db"), DAMAGE).unwrap();
    let api = api.reopened().await;
    let finding = found(&api, "log.setAside").await;
    let aside = api.folder().join("activity-damaged-20261124-100000.db");
    assert_eq!(std::fs::read_to_string(&aside).unwrap(), DAMAGE, "it is what was there");
    assert!(finding["message"].as_str().unwrap().contains(aside.to_str().unwrap()), "{finding}");
    assert_eq!(finding["severity"], "warning", "{finding}");
    assert_eq!(finding["since"], "2026-11-24T10:00:00Z", "{finding}");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: Its file was not what Foundational had written."]);
    assert_eq!(remedies, ["seeData"]);
    assert_eq!(evidence, "The log was renamed");
    std::fs::remove_file(aside).unwrap();
    is_over(&api, "log.setAside").await;
}

#[tokio::test]
async fn people_of_a_restored_backup_are_found_until_each_is_confirmed_here_or_by_the_client() {
    let api = Api::start("custom").await;
    let grace = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&Caller::Window("main".to_owned()), "account.createFirst", grace).await.unwrap();
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "joiner");
    let leo = json!({"name": "Leo", "email": "leo@example.com", "role": "member"});
    let leo = api.command("people.createLocal", leo).await;
    let made = api.command("backup.make", json!({})).await;
    is_over(&api, "people.unconfirmed").await;
    api.app.close().await;
    std::fs::write(api.folder().join("foundational.db"), DAMAGE).unwrap();
    let (file, now) = (Path::new(made["file"].as_str().unwrap()), api.clock.now());
    let entry = AuditEntry::by_program(AuditAct::BackupRestore);
    PreparedRestore::restore_unopened(api.folder(), file, now, None, &entry).await.unwrap();
    let api = api.reopened().await;

    let of =
        |who: &str| format!("{who} can't sign in until their identity provider or an Admin confirms them: ");
    let finding = found(&api, "people.unconfirmed").await;
    assert_eq!(finding["message"], of("2 people of a restored backup") + "ada, Leo.");
    assert_eq!(finding["severity"], "warning", "{finding}");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: It is not known whether they left after the backup was made."]);
    assert_eq!(remedies, ["seePeople"]);
    assert_eq!(evidence, "The backup was made");
    assert_eq!(finding["evidence"][0]["at"], "2026-11-24T10:00:00Z", "{finding}");

    api.command("people.confirm", json!({"id": leo["personId"]})).await;
    let finding = found(&api, "people.unconfirmed").await;
    assert_eq!(finding["message"], of("1 person of a restored backup") + "ada.");
    api.command("connection.resume", json!({"id": api.connection_id})).await;
    let active = json!({"userName": "ada", "active": true});
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("PUT", &path, active).await.expect(200, "the client says that she is active");
    is_over(&api, "people.unconfirmed").await;
}

//! A schema of the workspace's own, added on the command line, under the same compliance run.

use std::fs;

use serde_json::json;
use tests::{Headless, Scim2Cli};

use crate::is_wrong;

const BADGE: &str = "urn:ietf:params:scim:schemas:extension:Badge:2.0:User";

#[tokio::test]
async fn the_compliance_run_finds_nothing_wrong_with_an_added_schema() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Compliance").await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("badge.json");
    // Only types that the run can fill and compare: it makes words for decimal and dateTime, takes base64 for another
    // value than its bytes, and expects an added element to be the only one.
    let definition = json!({
        "id": BADGE,
        "name": "Badge",
        "description": "The badge that opens the doors",
        "attributes": [
            {"name": "number", "type": "integer"},
            {"name": "colour", "type": "string", "canonicalValues": ["red", "blue"]},
            {"name": "valid", "type": "boolean"},
            {"name": "door", "type": "complex", "subAttributes": [
                {"name": "name", "type": "string"}, {"name": "floor", "type": "integer"}]},
        ],
    });
    fs::write(&file, definition.to_string()).expect("it can be written");
    let added = server.command(&["schema", "add", file.to_str().expect("a plain path")]).await;
    assert_eq!(added["id"], BADGE);
    assert_eq!(server.command(&["schema", "list"]).await[0]["name"], "Badge");
    assert_eq!(server.command(&["discovery", "show"]).await, json!({"open": false}));

    let findings = Scim2Cli::new(&endpoint, &token).compliance().await;

    let wrong: Vec<_> = findings.iter().filter(|found| is_wrong(found)).collect();
    assert!(wrong.is_empty(), "of {} checks these did not pass: {wrong:#?}", findings.len());
    assert!(findings.len() > 100, "the run went all the way: {} checks", findings.len());
    let seen = findings.iter().any(|found| format!("{found:?}").contains("colour"));
    assert!(seen, "the added attributes were checked too: {findings:#?}");
    assert_eq!(server.command(&["schema", "remove", BADGE]).await["removed"], BADGE);
}

//! The support bundle contains no secret and no personal value.

use std::io::Read as _;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, Headless};

/// Planted in people, requests, connections, settings and the log. No file of the bundle has any of them.
const CANARIES: &[&str] = &[
    "zaphod",
    "beeblebrox",
    "heartofgold",
    "magrathea",
    "slartibartfast",
    "trillian",
    "marvin-4711",
    "vogon",
    "betelgeuse",
    "fdn_",
    "203.0.113.77",
    "krikkit",
];

async fn plant(api: &mut Api) {
    let args = json!({"name": "Zaphod Beeblebrox", "email": "zaphod@heartofgold.example",
        "password": "magrathea magrathea 42"});
    api.app.call(&Caller::Window("main".to_owned()), "account.createFirst", args).await.unwrap();
    (api.connection_id, api.token) = api.connect("Heartofgold Ltd", "okta").await;
    let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null,
        "allowedAddresses": ["203.0.113.77", "127.0.0.1"]});
    api.command("server.publicUrl", json!({"publicUrl": "https://magrathea.example"})).await;
    let token = json!({"connectionId": api.connection_id, "label": "Slartibartfast", "expires": "1y"});
    api.command("token.create", token).await;
    let local = json!({"name": "Trillian", "email": "trillian@heartofgold.example", "role": "member"});
    api.command("people.createLocal", local).await;
    let badge = "urn:ietf:params:scim:schemas:extension:Krikkit:2.0:User";
    let schema = json!({"id": badge, "name": "Krikkit", "description": "Trillian's",
        "attributes": [{"name": "krikkitBadge", "type": "string"}]});
    api.command("schema.add", json!({"definition": schema.to_string()})).await;
    let user = json!({"userName": "marvin-4711@vogon.example", badge: {"krikkitBadge": "vogon"}, "externalId": "marvin-4711", "password": "betelgeuse",
        "name": {"givenName": "Slartibartfast", "familyName": "Vogon"}, "beeblebrox": "zaphod", "active": true,
        "emails": [{"value": "marvin-4711@vogon.example", "type": "work"}]});
    let agent = [("user-agent", "Krikkit/1.0")];
    let made = api.scim_with("POST", "/Users", &agent, user).await;
    let id = made.expect(201, "a person")["id"].as_str().unwrap().to_owned();
    for (method, path, body) in [
        ("GET", "/Users?filter=userName%20eq%20%22trillian%40vogon.example%22&zaphod=vogon".to_owned(), None),
        ("GET", "/Users/marvin-4711".to_owned(), None),
        ("GET", "/Zaphod/krikkit".to_owned(), None),
        ("POST", "/Users".to_owned(), Some(json!({"userName": "trillian@heartofgold.example"}))),
        (
            "POST",
            "/Users".to_owned(),
            Some(json!({"userName": "zaphod.two@vogon.example", "active": "betelgeuse"})),
        ),
        ("POST", "/Groups".to_owned(), Some(json!({"displayName": "Krikkit", "members": [{"value": id}]}))),
        (
            "PATCH",
            format!("/Users/{id}"),
            Some(json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
                {"op": "replace", "path": "emails[value eq \"marvin-4711@vogon.example\"].value", "value": "x@krikkit.example"},
                {"op": "replace", "path": "active", "value": false}]})),
        ),
    ] {
        api.scim_with(method, &path, &agent, body).await;
    }
    let right =
        std::mem::replace(&mut api.token, "fdn_betelgeuse_magrathea_krikkit_1234567890abcdef".to_owned());
    api.scim_with("GET", "/Users", &agent, None).await.refused(401, None);
    api.token = right;
    api.recorded("GET", "/Users").await;
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let logs = api.folder().join("logs");
    std::fs::create_dir_all(&logs).unwrap();
    let line = r#"{"level":"WARN","fields":{"message":"sent to zaphod@heartofgold.example from 203.0.113.77 with fdn_betelgeuse, in /home/trillian/data, at https://magrathea.example/scim"}}"#;
    let command = r#"{"level":"DEBUG","fields":{"message":"the command ended"},"span":{"name":"people.list","name":"command"}}"#;
    std::fs::write(logs.join("foundational.log"), format!("{line}\n{command}\n")).unwrap();
}

#[tokio::test]
async fn no_file_of_the_bundle_has_a_secret_or_a_personal_value() {
    let mut api = Api::start("custom").await;
    plant(&mut api).await;
    let preview = api.command("support.preview", json!({})).await;
    let files: Vec<(&str, &str)> = preview["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["name"].as_str().unwrap(), file["text"].as_str().unwrap()))
        .collect();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "versions.json",
            "settings.json",
            "connections.json",
            "findings.json",
            "requests.jsonl",
            "log.jsonl"
        ]
    );
    for (name, text) in &files {
        for canary in CANARIES {
            assert!(!text.to_lowercase().contains(canary), "{name} has {canary}:\n{text}");
        }
        assert!(!text.contains(&api.connection_id), "{name} has the id of a connection:\n{text}");
        assert!(!text.contains('@'), "{name} has an e-mail address:\n{text}");
    }
    let text = |name: &str| files.iter().find(|(known, _)| *known == name).unwrap().1;
    let lines: Vec<Value> =
        text("requests.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 9, "every request is there: {lines:#?}");
    let patch = lines.iter().find(|line| line["method"] == "PATCH").unwrap();
    assert_eq!(patch["path"], "/Users/(id)");
    assert_eq!(patch["connection"], 2);
    assert_eq!(patch["request"]["Operations"][1], json!({"op": "replace", "path": "active", "value": false}));
    let versions: Value = serde_json::from_str(text("versions.json")).unwrap();
    assert!(versions["schemas"]["workspace"].as_i64() >= Some(21), "{versions}");
    assert!(versions["schemas"]["activity"].as_i64() >= Some(10), "{versions}");
    let connections: Value = serde_json::from_str(text("connections.json")).unwrap();
    assert_eq!(connections[1]["rules"]["allowedAddresses"], 2, "{connections}");
    assert!(text("log.jsonl").contains("people.list"), "a command is no host: {}", text("log.jsonl"));
    assert!(text("log.jsonl").contains("<e-mail>"), "the log is there: {}", text("log.jsonl"));

    // A request that arrives while the files are read is in none of them.
    api.scim("GET", "/Users", None).await.refused(403, None);
    let saved = api.command("support.save", preview.clone()).await;
    assert_eq!(saved["name"], "foundational-support-2026-11-24.zip");
    let bytes: Vec<u8> = serde_json::from_value(saved["bytes"].clone()).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), files.len());
    for (name, shown) in &files {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, shown.as_bytes(), "{name} is saved as it was previewed");
    }
    assert_eq!(crate::audit::newest(&api).await, "Command line: Saved a support bundle.");
}

#[tokio::test]
async fn a_bundle_is_for_admins() {
    let api = Api::start("custom").await;
    for (name, args) in [("support.preview", json!({})), ("support.save", json!({"files": []}))] {
        let refused = api.app.call(&Caller::Window("main".to_owned()), name, args).await.unwrap_err();
        assert_eq!(refused.code, Code::SignedOut, "{name}");
    }
}

#[tokio::test]
async fn files_that_no_archive_can_have_are_refused() {
    let api = Api::start("custom").await;
    let file = json!({"name": "settings.json", "about": "", "text": ""});
    let args = json!({"files": [file, file]});
    let refused = api.app.call(&Caller::Operator, "support.save", args).await.unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("files")), "{refused:?}");
}

#[tokio::test]
async fn the_command_line_saves_the_bundle_and_overwrites_nothing() {
    let server = Headless::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.zip");
    let saved = server.command(&["support-bundle", file.to_str().unwrap()]).await;
    assert_eq!(saved["bytes"].as_u64(), Some(std::fs::metadata(&file).unwrap().len()));
    let archive = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    assert_eq!(archive.len(), 6);
    let again = std::process::Command::new(tests::program("foundational"))
        .args(["support-bundle", file.to_str().unwrap(), "--data", server.data().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"), "{again:?}");
}

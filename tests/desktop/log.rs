//! The log that the app keeps beside its data.

use std::fs;

use serde_json::{Value, json};
use tests::{Scim2Cli, TestApp, until};

use crate::steps::{Look, create_the_admin};

#[tokio::test]
async fn the_log_is_lines_of_json_from_our_own_code_without_tokens_and_bodies() {
    let mut app = TestApp::open().await;
    app.page().see("first-run-name").await;
    let bridge = app.data().join("bridge.json");
    until("the app takes commands", async || bridge.is_file().then_some(())).await;
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let wanted = json!({ "connectionId": connection["id"], "expires": "1y" });
    let token = app.command("token.create", wanted).await;
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let endpoint = text(&connection["endpoint"]);
    for token in [text(&token["token"]), "not-the-token".to_owned()] {
        let answer = Scim2Cli::new(&endpoint, &token).create("user", &["--user-name", "canary"]).await;
        assert_eq!(answer.ok, token.starts_with("fdn_"), "the right token works, the wrong one does not");
    }
    let log = app.data().join("logs/foundational.log");
    until("the log is there", async || log.is_file().then_some(())).await;

    app.close().await;

    let output = fs::read_to_string(&log).expect("the log can be read");
    assert!(output.contains("\"opened\""), "it begins with the launch: {output}");
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let target = line["target"].as_str().expect("a line says where it is from");
        let ours =
            ["foundational", "server", "store", "scim", "idp"].iter().any(|name| target.starts_with(name));
        assert!(ours || line["level"] == "ERROR", "{target} is a library");
    }
    let secrets = [text(&token["token"]), "not-the-token".to_owned(), "canary".to_owned()];
    assert!(secrets.iter().all(|secret| !output.contains(secret)), "no token and no body is in it: {output}");
}

#[tokio::test]
async fn the_log_folder_opens_and_when_it_does_not_the_true_cause_and_the_path_are_said() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.click("nav-settings").await;
    page.click("settings-about").await;
    let folder = app.data().join("logs");
    page.click("about-logs").await;
    until("the folder is opened", async || (app.opened().trim() == folder.to_str()?).then_some(())).await;
    assert_eq!(page.count("toast").await, 0, "what is done needs no word");

    app.break_opener("no method available for opening it");
    page.click("about-logs").await;
    let cause = format!(
        "The folder is {}, but xdg-open could not open it: no method available for opening it.",
        folder.display()
    );
    page.see_text(&cause).await;
    page.see_text("Open the folder by hand.").await;
}

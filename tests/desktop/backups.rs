//! A backup, made, looked at and restored in the window.

use serde_json::json;
use tests::TestApp;

use crate::steps::{Look, create_the_admin, inspect, sign_in};

#[tokio::test]
async fn an_admin_restores_a_backup_signs_in_again_and_finds_the_old_state_paused() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    let first = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    page.click("nav-settings").await;
    page.click("settings-data").await;
    page.click("backup-now").await;
    page.see_among("backup-row", "Made by hand").await;
    app.command("connection.create", json!({ "name": "Later", "provider": "azure" })).await;
    // The folder is the test's own; the picture shows the usual one.
    let usual = "document.querySelector('[data-testid=backup-folder]').textContent = \
        '~/.local/share/foundational/backups';";
    page.run(usual, Vec::new()).await;
    inspect(page, Look::Closely, "settings-data").await;

    // The backup of the day may be there by now, and is newer.
    let by_hand = "[...document.querySelectorAll('[data-testid=backup-row]')].find((row) => \
        row.textContent.includes('Made by hand')).querySelector('[data-testid=backup-restore]').dataset.testid = 'by-hand';";
    page.run(by_hand, Vec::new()).await;
    page.click("by-hand").await;
    page.see_among("restore-lost", "1 connection").await;
    inspect(page, Look::Closely, "restore-preview").await;
    page.fill("restore-word", "RESTORE").await;
    page.click("restore-submit").await;

    page.see_text("A backup was restored. Sign in again.").await;
    sign_in(page, Look::Past).await;
    page.click("nav-home").await;
    page.see_among("attention-line", "was restored").await;
    let id = first["id"].as_str().expect("a connection has an id");
    page.run(&format!("location.hash = '/provisioning/{id}';"), Vec::new()).await;
    page.see_among("paused-banner", "Paused because a backup was restored. Check, then resume.").await;
    let list = app.command("connection.list", json!({})).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "later connections are removed: {list}");
    page.click("resume").await;
    page.see_no("paused-banner").await;
}

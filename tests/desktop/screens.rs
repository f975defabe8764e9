//! Screens that no journey passes: each keeps the accessibility rules, and goes into the documentation.

use idp::rehearsal::Dialect;
use serde_json::json;
use store::TokenText;
use tests::{Page, TestApp, until};

use crate::player::Player;
use crate::steps::{Look, create_the_admin, inspect, open_a_wizard, see_endpoint_and_token, small_picture};

#[tokio::test]
async fn every_tab_of_a_connection_and_every_page_of_ones_own_keeps_the_rules() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    let (endpoint, token) = see_endpoint_and_token(page, Look::Past).await;
    let mut player = Player::new(Dialect::Custom, &endpoint, &token);
    let first = player.next().expect("the play begins");
    let wrong = TokenText::generate().expect("there is randomness");
    player.send_with(&first, wrong.reveal()).await;
    page.see("finding-remedy").await;
    inspect(page, Look::Closely, "wizard-refused").await;
    player.send(&first).await;
    let mut sent = 2;
    while let Some(prepared) = player.next() {
        player.send(&prepared).await;
        sent += 1;
    }
    // A row that is still coming in has not its colours yet.
    let rows =
        format!("return document.querySelectorAll('[data-testid=live-row]').length === {sent} || null;");
    page.see_value(&rows).await;
    page.click("wizard-next").await;
    page.see_attribute("rail-assign", "aria-current", "step").await;
    inspect(page, Look::Closely, "wizard-assign").await;

    page.click("wizard-close").await;
    page.click("open-connection").await;
    page.see("health").await;
    for (tab, there) in [
        ("mapping", "mapping-field"),
        ("activity", "activity-row"),
        ("deviations", ""),
        ("rehearsal", "rehearse"),
        ("settings", ""),
    ] {
        page.click(&format!("tab-{tab}")).await;
        page.see_attribute(&format!("tab-{tab}"), "aria-current", "page").await;
        if !there.is_empty() {
            page.see_among(there, "").await;
        }
        inspect(page, Look::Closely, &format!("connection-{tab}")).await;
    }
    page.click("nav-activity").await;
    page.see_among("activity-row", "People system").await;
    inspect(page, Look::Closely, "activity").await;
    small_picture(page, "activity-small").await;
    for _ in 0..3 {
        player.send_with(&first, wrong.reveal()).await;
    }
    app.command("support.setContact", json!({ "contact": "help@acme.example" })).await;
    page.click("nav-diagnostics").await;
    page.see_among("finding-card", "People system").await;
    page.click("contact-support").await;
    let opened = "mailto:help@acme.example";
    until("the mail program is asked", async || app.opened().contains(opened).then_some(())).await;
    inspect(page, Look::Closely, "diagnostics").await;
    small_picture(page, "diagnostics-small").await;
    page.click("open-bundle").await;
    page.see_among("bundle-file", "requests.jsonl").await;
    inspect(page, Look::Closely, "support-bundle").await;
    small_picture(page, "support-bundle-small").await;
    page.click("go-back").await;
    page.see("open-bundle").await;
    player.send_with(&first, &token).await;
    page.click("go-back").await;
    page.click("go-back").await;
    page.click("tab-overview").await;
    page.click("pause").await;
    page.see_among("paused-banner", "Paused by Grace Hopper at").await;
    inspect(page, Look::Closely, "connection-paused").await;
    page.click("resume").await;
    page.see_no("paused-banner").await;
    see_the_settings(page).await;
    page.click("avatar-menu").await;
    page.click("menu-profile").await;
    page.see("profile-name").await;
    inspect(page, Look::Closely, "profile").await;
}

#[tokio::test]
async fn how_provisioning_works_is_explained_before_there_is_a_connection() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.click("nav-users").await;
    page.click("tab-provisioning").await;
    page.see("add-connection").await;
    inspect(page, Look::Closely, "provisioning-empty").await;
    page.click("how-it-works").await;
    page.see("how-nothing").await;
    inspect(page, Look::Closely, "how-it-works").await;
    small_picture(page, "how-it-works-small").await;
}

/// Each section of the settings, with something in it.
async fn see_the_settings(page: &Page) {
    page.click("nav-settings").await;
    page.see("settings-clipboard").await;
    page.inspect("settings-general").await;

    page.click("settings-server").await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    page.fill("listen-address", &address).await;
    page.see_text(&format!("(process {}).", std::process::id())).await;
    drop(taken);
    page.fill("listen-address", &address).await;
    page.see_text("This port is free.").await;
    page.click("open-discovery").await;
    page.see_text("Saved").await;
    page.click("schema-add").await;
    page.fill("schema-definition", "{ \"id\": \"urn:x:User\", name }").await;
    page.click("schema-submit").await;
    page.see_text("line 1, column 23").await;
    let selected = "const area = document.activeElement; \
        return area.value?.slice(area.selectionStart, area.selectionEnd) ?? null;";
    assert_eq!(page.see_value(selected).await, "n", "the place that cannot be read is selected");
    inspect(page, Look::Closely, "settings-server-refused").await;
    page.fill("schema-definition", BADGES).await;
    page.click("schema-submit").await;
    page.see_among("schema-row", "Badges").await;
    inspect(page, Look::Closely, "settings-server").await;

    for (section, there) in [
        ("address", "public-address"),
        ("security", "session-row"),
        ("accounts", "account-row"),
        ("data", "data-size"),
        ("about", "version"),
    ] {
        page.click(&format!("settings-{section}")).await;
        page.see(there).await;
        if section == "security" {
            // The folder is the test's own; the picture shows the usual one.
            let usual = "const path = document.querySelector('[data-testid=keychain] .font-mono'); \
                if (path) path.textContent = '~/.local/share/foundational/stay';";
            page.run(usual, Vec::new()).await;
        }
        if section == "data" {
            let usual = "document.querySelector('[data-testid=data-folder]').textContent = \
                'In ~/.local/share/foundational';";
            page.run(usual, Vec::new()).await;
        }
        inspect(page, Look::Closely, &format!("settings-{section}")).await;
    }
    let version = page.value("sqlite").await;
    assert!(version.starts_with("SQLite 3."), "the library says its version: {version}");
    page.click("show-parts").await;
    page.see_among("part", "svelte").await;
    inspect(page, Look::Closely, "settings-licences").await;

    page.click("settings-general").await;
    page.click("settings-density-compact").await;
    page.click("nav-home").await;
    page.click("nav-settings").await;
    inspect(page, Look::Closely, "settings-compact").await;
    page.click("settings-density-comfortable").await;
}

/// In one line: the driver types no line breaks.
const BADGES: &str = concat!(
    r#"{ "id": "urn:ietf:params:scim:schemas:extension:Badges:2.0:User", "name": "Badges", "#,
    r#""description": "The badge that opens the doors.", "attributes": [{ "name": "badge", "type": "string", "#,
    r#""multiValued": false, "description": "Its number." }] }"#
);

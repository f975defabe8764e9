//! From the first launch to a person provisioned by a real SCIM client, and back again after a restart.

use serde_json::json;
use tests::{Page, Scim2Cli, TestApp, screenshots};

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn a_new_admin_connects_a_scim_client_and_sees_a_person_arrive_change_and_leave() {
    let mut app = TestApp::open().await;
    let page = app.page();

    create_the_admin(page).await;
    let scim = set_up_a_custom_connection(page).await;

    // The credentials are proved by the first request that they let in.
    let ada = provision_ada(&scim).await;
    page.see_attribute("proof-credentials", "data-seen", "true").await;
    page.see_attribute("proof-firstPerson", "data-seen", "true").await;
    page.see_among("live-row", "Ada Lovelace").await;
    picture(page, "wizard-live").await;

    let changed = scim.modify("user", &ada, &["replace", "title", "Countess"]).await;
    assert!(changed.ok, "the change is accepted: {}", changed.said);
    assert_eq!(changed.body["title"], json!("Countess"), "the answer shows the change");

    let left = scim.modify("user", &ada, &["replace", "active", "false"]).await;
    assert!(left.ok, "the deactivation is accepted: {}", left.said);
    assert_eq!(left.body["active"], json!(false), "the answer shows the deactivation");
    page.click("wizard-next").await;
    page.click("wizard-next").await;
    page.see_attribute("proof-deactivation", "data-seen", "true").await;
    picture(page, "wizard-test").await;

    see_ada_among_the_people(page).await;
    picture(page, "users").await;

    app.close().await;
    app.reopen().await;
    let page = app.page();

    sign_in(page).await;
    see_ada_among_the_people(page).await;
    page.click("tab-provisioning").await;
    picture(page, "provisioning").await;
    // The wizard opens where it was left, and what was proved stays proved.
    page.click("continue-setup").await;
    page.see_attribute("rail-test", "aria-current", "step").await;
    page.see_attribute("proof-deactivation", "data-seen", "true").await;

    page.click("rail-connect").await;
    let found = scim_after_restart(page, &scim).await;
    assert_eq!(found["active"], json!(false), "the deactivation outlived the restart");

    page.click("rail-finish").await;
    page.see("wizard-finish").await;
    picture(page, "wizard-finish").await;
    page.click("wizard-finish").await;
    page.click("open-connection").await;
    page.see("connection-status").await;
    picture(page, "connection").await;
}

async fn create_the_admin(page: &Page) {
    page.see("first-run-name").await;
    picture(page, "first-run").await;
    page.fill("first-run-name", "Grace Hopper").await;
    page.fill("first-run-email", "grace@example.com").await;
    page.fill("first-run-password", PASSWORD).await;
    page.click("first-run-create").await;
    let key = page.value("recovery-key").await;
    assert!(key.len() >= 20, "the recovery key is long enough to be one: {key}");
    picture(page, "recovery-key").await;
    page.click("recovery-saved").await;
    page.click("first-run-continue").await;
    page.see("first-run-later").await;
    picture(page, "public-address").await;
    page.click("first-run-later").await;
    page.see("first-run-look").await;
    picture(page, "first-run-done").await;
    page.click("first-run-look").await;
    page.see("avatar-menu").await;
    picture(page, "home-new").await;
}

/// Goes from the avatar menu to the wizard and takes endpoint and token from the screen.
async fn set_up_a_custom_connection(page: &Page) -> Scim2Cli {
    page.click("avatar-menu").await;
    page.see("menu-user-management").await;
    picture(page, "avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-provisioning").await;
    page.see("add-connection").await;
    picture(page, "provisioning-empty").await;
    page.click("add-connection").await;
    page.fill("integration-name", "People system").await;
    picture(page, "add-connection").await;
    page.click("tile-custom").await;
    page.see("wizard-start").await;
    picture(page, "wizard-start").await;
    page.click("wizard-start").await;
    page.see("wizard-next").await;
    picture(page, "wizard-create").await;
    page.click("wizard-next").await;
    let endpoint = page.value("endpoint").await;
    page.click("create-token").await;
    let token = page.value("token-value").await;
    assert!(token.starts_with("fdn_"), "what is shown is a token");
    picture(page, "wizard-connect").await;
    page.click("token-pasted").await;
    page.see_no("token-value").await;
    Scim2Cli::new(&endpoint, &token)
}

async fn provision_ada(scim: &Scim2Cli) -> String {
    let name = json!({ "givenName": "Ada", "familyName": "Lovelace" }).to_string();
    let attributes = ["--user-name", "ada@example.com", "--name", &name, "--display-name", "Ada Lovelace"];
    let created = scim.create("user", &attributes).await;
    assert!(created.ok, "the person is accepted: {}", created.said);
    created.body["id"].as_str().expect("the person has an id").to_owned()
}

async fn see_ada_among_the_people(page: &Page) {
    page.click("avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-users").await;
    let row = page.see_among("person-row", "Ada Lovelace").await;
    assert!(row.contains("ada@example.com"), "the row names the account: {row}");
    assert!(row.contains("Deactivated"), "the row shows that the account is deactivated: {row}");
}

async fn sign_in(page: &Page) {
    page.fill("sign-in-email", "grace@example.com").await;
    picture(page, "sign-in").await;
    page.fill("sign-in-password", PASSWORD).await;
    page.click("sign-in-submit").await;
}

/// The address may have changed with the port, the token has not.
async fn scim_after_restart(page: &Page, before: &Scim2Cli) -> serde_json::Value {
    let scim = before.at(&page.value("endpoint").await);
    let found = scim.find("user", "userName eq \"ada@example.com\"").await;
    assert!(found.ok, "the token still works: {}", found.said);
    found.body["Resources"][0].clone()
}

async fn picture(page: &Page, name: &str) {
    if let Some(folder) = screenshots() {
        page.picture(&folder, name).await;
    }
}

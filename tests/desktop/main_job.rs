//! From the first launch to a person provisioned by a real SCIM client, and back again after a restart.

use serde_json::json;
use tests::{Page, Scim2Cli, TestApp};

use crate::steps::{
    Look, create_the_admin, inspect, open_a_wizard, sign_in, small_picture, take_endpoint_and_token,
};

#[tokio::test]
async fn a_new_admin_connects_a_scim_client_and_sees_a_person_arrive_change_and_leave() {
    let mut app = TestApp::open().await;
    let page = app.page();

    page.see("first-run-name").await;
    page.watch_policy().await;
    create_the_admin(page, Look::Closely).await;
    open_a_wizard(page, Look::Closely, "People system", "custom").await;
    let scim = take_endpoint_and_token(page, Look::Closely).await;

    // The credentials are proved by the first request that they let in.
    let ada = provision_ada(&scim).await;
    page.see_attribute("evidence-credentials", "data-seen", "true").await;
    page.see_attribute("evidence-firstPerson", "data-seen", "true").await;
    page.see_among("live-row", "Ada Lovelace").await;
    inspect(page, Look::Closely, "wizard-live").await;
    small_picture(page, "wizard-live").await;

    let changed = scim.modify("user", &ada, &["replace", "title", "Countess"]).await;
    assert!(changed.ok, "the change is accepted: {}", changed.output);
    assert_eq!(changed.body["title"], json!("Countess"), "the answer shows the change");

    let left = scim.modify("user", &ada, &["replace", "active", "false"]).await;
    assert!(left.ok, "the deactivation is accepted: {}", left.output);
    assert_eq!(left.body["active"], json!(false), "the answer shows the deactivation");
    page.click("wizard-next").await;
    page.click("wizard-next").await;
    page.see_attribute("evidence-deactivation", "data-seen", "true").await;
    inspect(page, Look::Closely, "wizard-test").await;

    see_ada_among_the_people(page).await;
    inspect(page, Look::Closely, "users").await;
    small_picture(page, "users").await;

    assert_eq!(page.policy_breaks().await, json!([]), "the page asks for nothing that its policy forbids");
    app.close().await;
    app.reopen().await;
    let page = app.page();

    sign_in(page, Look::Closely).await;
    see_ada_among_the_people(page).await;
    page.click("tab-provisioning").await;
    inspect(page, Look::Closely, "provisioning").await;
    // The wizard opens at the step where it was closed, with its evidence.
    page.click("continue-setup").await;
    page.see_attribute("rail-test", "aria-current", "step").await;
    page.see_attribute("evidence-deactivation", "data-seen", "true").await;

    page.click("rail-connect").await;
    let found = scim_after_restart(page, &scim).await;
    assert_eq!(found["active"], json!(false), "the deactivation outlived the restart");

    page.click("rail-finish").await;
    page.see("wizard-finish").await;
    inspect(page, Look::Closely, "wizard-finish").await;
    page.click("wizard-finish").await;
    page.click("open-connection").await;
    page.see("connection-status").await;
    inspect(page, Look::Closely, "connection").await;
    small_picture(page, "connection").await;
}

async fn provision_ada(scim: &Scim2Cli) -> String {
    let name = json!({ "givenName": "Ada", "familyName": "Lovelace" }).to_string();
    let attributes = ["--user-name", "ada@example.com", "--name", &name, "--display-name", "Ada Lovelace"];
    let created = scim.create("user", &attributes).await;
    assert!(created.ok, "the person is accepted: {}", created.output);
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

/// The address may have changed with the port, the token has not.
async fn scim_after_restart(page: &Page, before: &Scim2Cli) -> serde_json::Value {
    let scim = before.at(&page.value("endpoint").await);
    let found = scim.find("user", "userName eq \"ada@example.com\"").await;
    assert!(found.ok, "the token still works: {}", found.output);
    found.body["Resources"][0].clone()
}

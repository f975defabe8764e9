//! How much a new user has to do until a provider is connected.

use idp::rehearsal::Dialect;
use tests::{Page, TestApp};

use crate::player::Player;
use crate::steps::PASSWORD;

/// Presses and filled fields, from the opened app to the finished wizard.
const AT_MOST: usize = 25;

#[tokio::test]
async fn okta_is_connected_with_at_most_25_presses_and_fields() {
    let app = TestApp::open().await;
    let page = app.page();
    page.fill("first-run-name", "Grace Hopper").await;
    page.fill("first-run-email", "grace@example.com").await;
    page.fill("first-run-password", PASSWORD).await;
    for button in
        ["first-run-create", "recovery-saved", "first-run-continue", "first-run-later", "first-run-connect"]
    {
        page.click(button).await;
    }
    page.fill("integration-name", "Okta – Employees").await;
    page.click("tile-okta").await;
    page.click("wizard-start").await;
    page.click("wizard-next").await;
    let endpoint = copied(page, "endpoint").await;
    page.click("create-token").await;
    let token = copied(page, "token-value").await;
    page.click("token-pasted").await;
    let mut player = Player::new(Dialect::OktaPut, &endpoint, &token);
    let first = player.next().expect("the play begins");
    player.send(&first).await;
    page.see_attribute("evidence-credentials", "data-seen", "true").await;
    for _ in ["to assign", "to test", "to finish"] {
        page.click("wizard-next").await;
    }
    page.click("wizard-finish").await;
    page.see("open-connection").await;

    let acts = page.acts();
    println!("from the opened app to the finished wizard: {acts} presses and fields");
    assert!(acts <= AT_MOST, "at most {AT_MOST}, not {acts}");
}

/// What the admin takes to the other side by the button beside it.
async fn copied(page: &Page, id: &str) -> String {
    let value = page.value(id).await;
    page.click(&format!("copy-{id}")).await;
    value
}

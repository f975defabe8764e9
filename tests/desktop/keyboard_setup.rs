//! A provider is connected, and its token rotated, without a mouse. After each act the focus is somewhere, and
//! shows it.

use idp::rehearsal::Dialect;
use tests::{DOWN, ENTER, ESCAPE, LEFT, Page, RIGHT, TestApp, UP, until};

use crate::keyboard::first_run;
use crate::player::Player;
use crate::rotation::call;

#[tokio::test]
async fn okta_is_connected_and_its_token_rotated_without_a_mouse() {
    let app = TestApp::open().await;
    let page = app.page();
    first_run(page).await;
    begin(page).await;
    let mut player = connect(&app).await;
    let first = player.next().expect("the play begins");
    player.send(&first).await;
    page.see_attribute("evidence-credentials", "data-seen", "true").await;
    go(page, "live-row").await;
    page.see("activity-drawer").await;
    page.press(ESCAPE).await;
    page.see_no("activity-drawer").await;
    page.see_focused("live-row").await;
    for step in ["assign", "test", "finish"] {
        go(page, "wizard-next").await;
        page.see_attribute(&format!("rail-{step}"), "aria-current", "step").await;
    }
    go(page, "wizard-finish").await;
    page.see_focused("open-connection").await;
    page.press(ENTER).await;
    page.see("health").await;

    go(page, "tab-tokens").await;
    rotate(page, player.endpoint()).await;
}

/// From the app's home to a wizard's second step.
async fn begin(page: &Page) {
    page.press_with_control('n').await;
    page.tab_to("integration-name").await;
    page.type_text("Okta employees").await;
    page.tab_to("tile-okta").await;
    page.press(RIGHT).await;
    page.see_focused("tile-azure").await;
    page.press(LEFT).await;
    page.see_focused("tile-okta").await;
    page.press(ENTER).await;
    page.see("way-proxy").await;
    page.tab_to("way-proxy").await;
    for way in ["ownTls", "network", "thisComputer"] {
        page.press(DOWN).await;
        page.see_focused(&format!("way-{way}")).await;
    }
    go(page, "wizard-start").await;
    page.tab_to("variant-own-app").await;
    for (key, variant) in
        [(DOWN, "catalog-bearer"), (DOWN, "catalog-header"), (UP, "catalog-bearer"), (UP, "own-app")]
    {
        page.press(key).await;
        page.see_focused(&format!("variant-{variant}")).await;
    }
    page.tab_to("mark-line").await;
    page.press(' ').await;
    page.see_attribute("action-line", "data-marked", "true").await;
    go(page, "mark-step").await;
    page.see_focused("unmark-step").await;
    go(page, "wizard-next").await;
    page.see_attribute("rail-connect", "aria-current", "step").await;
}

/// Takes endpoint and token to the other side.
async fn connect(app: &TestApp) -> Player {
    let page = app.page();
    go(page, "copy-endpoint").await;
    let endpoint = page.value("endpoint").await;
    go(page, "create-token").await;
    page.see_focused("copy-token-value").await;
    let token = page.value("token-value").await;
    assert_eq!(app.clipboard().await, endpoint, "the endpoint was copied");
    page.press(ENTER).await;
    page.see_among("copy-token-value", "Copied").await;
    assert_eq!(app.clipboard().await, token, "the token was copied");
    go(page, "token-pasted").await;
    page.see_focused("token-label-field").await;
    Player::new(Dialect::OktaPut, &endpoint, &token)
}

async fn rotate(page: &Page, endpoint: &str) {
    go(page, "rotate-token").await;
    page.see_focused("rotation-close").await;
    page.press(ENTER).await;
    page.see_no("rotation-start").await;
    go(page, "rotate-token").await;
    go(page, "rotation-start").await;
    page.see_focused("copy-token-value").await;
    let fresh = page.value("token-value").await;
    go(page, "token-pasted").await;
    page.see_focused("rotation-cancel").await;
    assert_eq!(call(endpoint, &fresh).await, 200, "the new token works at once");
    page.see_attribute("rotation-paste", "data-state", "done").await;
    page.see_focused("rotation-retire-now").await;
    page.press(ENTER).await;
    page.see_focused("revoke-cancel").await;
    page.press(ESCAPE).await;
    page.see_no("revoke-dialog").await;
    page.see_focused("rotation-retire-now").await;
    page.press(ENTER).await;
    page.see_focused("revoke-cancel").await;
    go(page, "revoke-submit").await;
    page.see("rotation-over").await;
    page.see_no("revoke-dialog").await;
    page.see_focused("another-token").await;
    rotate_without_overlap(page, endpoint, &fresh).await;
}

/// Chooses by the arrows that the old token ends at once, and gives the next one a label.
async fn rotate_without_overlap(page: &Page, endpoint: &str, old: &str) {
    go(page, "rotate-token").await;
    page.tab_to("rotation-label-field").await;
    page.type_text("Without a mouse").await;
    page.tab_to("rotation-overlap-24h").await;
    for (key, overlap) in [(RIGHT, "7d"), (LEFT, "24h"), (LEFT, "1h"), (LEFT, "none")] {
        page.press(key).await;
        page.see_focused(&format!("rotation-overlap-{overlap}")).await;
    }
    page.see_among("rotation-end", "the moment the new token is first used").await;
    go(page, "rotation-start").await;
    page.see_focused("copy-token-value").await;
    let fresh = page.value("token-value").await;
    go(page, "token-pasted").await;
    assert_eq!(call(endpoint, old).await, 200, "the old token works until then");
    assert_eq!(call(endpoint, &fresh).await, 200, "the new token works at once");
    until("the old token is refused", async || (call(endpoint, old).await == 401).then_some(())).await;
    page.see_among("token-label", "Without a mouse").await;
}

/// Walks there with Tab and presses Enter.
async fn go(page: &Page, id: &str) {
    page.see(id).await;
    page.tab_to(id).await;
    page.press(ENTER).await;
}

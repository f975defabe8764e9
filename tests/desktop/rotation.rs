//! A token is replaced by the next one while the provider continues to call.

use reqwest::Client;
use tests::{Page, TestApp};

use crate::steps::{Look, create_the_admin, inspect, open_a_wizard, see_endpoint_and_token};

#[tokio::test]
async fn a_token_is_rotated_while_both_work_and_the_old_one_is_retired() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    let (endpoint, old) = see_endpoint_and_token(page, Look::Past).await;
    assert_eq!(call(&endpoint, &old).await, 200, "the first token works");
    page.see_attribute("evidence-credentials", "data-seen", "true").await;
    page.click("wizard-rotate").await;
    inspect(page, Look::Closely, "rotation-start").await;
    page.click("rotation-start").await;
    let fresh = page.value("token-value").await;
    inspect(page, Look::Closely, "rotation-paste").await;
    page.click("token-pasted").await;
    page.see_no("token-value").await;
    assert_ne!(fresh, old, "it is another token");
    page.see_attribute("rotation-paste", "data-state", "now").await;
    page.see_attribute("rotation-retire", "data-state", "later").await;

    assert_eq!(call(&endpoint, &old).await, 200, "the old one works until the new one was pasted");
    assert_eq!(call(&endpoint, &fresh).await, 200, "the new one works at once");

    page.see_attribute("rotation-paste", "data-state", "done").await;
    page.see_among("rotation-fresh-use", "first used").await;
    assert_eq!(call(&endpoint, &old).await, 200, "the old one works during the overlap");
    page.see_attribute("rotation-retire", "data-state", "attention").await;
    let warning = page.value("rotation-still-used").await;
    assert!(warning.contains("127.0.0.1"), "it says who still uses the old one: {warning}");
    inspect(page, Look::Closely, "rotation-overlap").await;

    page.click("rotation-retire-now").await;
    page.see("revoke-dialog").await;
    inspect(page, Look::Closely, "revoke-token").await;
    page.click("revoke-cancel").await;
    page.see_no("revoke-dialog").await;
    assert_eq!(call(&endpoint, &old).await, 200, "cancelled is cancelled");
    page.click("rotation-retire-now").await;
    page.click("revoke-submit").await;
    page.see_no("revoke-dialog").await;

    see_state(page, "revoked").await;
    see_state(page, "active").await;
    page.see("rotation-over").await;
    assert_eq!(call(&endpoint, &old).await, 401, "the old one ended");
    assert_eq!(call(&endpoint, &fresh).await, 200, "the new one still works");
    inspect(page, Look::Closely, "tokens").await;
}

/// Reads one person as a client does, and gives the status.
pub async fn call(endpoint: &str, token: &str) -> u16 {
    // Another provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let request = Client::new().get(format!("{endpoint}/Users?count=1")).bearer_auth(token);
    request.send().await.expect("the endpoint answers").status().as_u16()
}

pub async fn see_state(page: &Page, state: &str) {
    page.see_count("token-row", "data-state", state, 1).await;
}

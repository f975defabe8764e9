//! The ways that several journeys begin with.

use tests::{Page, Scim2Cli, screenshots};

pub const PASSWORD: &str = "correct horse battery staple";

/// The first run, up to the app's home.
pub async fn create_the_admin(page: &Page) {
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

pub async fn sign_in(page: &Page) {
    page.fill("sign-in-email", "grace@example.com").await;
    picture(page, "sign-in").await;
    page.fill("sign-in-password", PASSWORD).await;
    page.click("sign-in-submit").await;
}

/// From wherever it is to the start of a new connection's wizard, by the avatar menu.
pub async fn open_a_wizard(page: &Page, name: &str, provider: &str) {
    page.click("avatar-menu").await;
    page.see("menu-user-management").await;
    picture(page, "avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-provisioning").await;
    page.click("add-connection").await;
    page.fill("integration-name", name).await;
    picture(page, "add-connection").await;
    page.click(&format!("tile-{provider}")).await;
    page.see("wizard-start").await;
    picture(page, &format!("wizard-{provider}-start")).await;
}

/// From the wizard's start to its second step; takes endpoint and token from the screen.
pub async fn take_endpoint_and_token(page: &Page) -> Scim2Cli {
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

/// Keeps a picture of the screen for the documentation, when pictures are wanted.
pub async fn picture(page: &Page, name: &str) {
    if let Some(folder) = screenshots() {
        page.picture(&folder, name).await;
    }
}

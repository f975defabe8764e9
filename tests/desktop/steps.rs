//! The ways that several journeys begin with.

use tests::{Page, Scim2Cli, screenshots};

pub const PASSWORD: &str = "wet parrot over nine hills";

/// Whether a journey inspects the screens that it passes. One does for all; the others would only take longer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Closely,
    Past,
}

/// The first run, up to the app's home.
pub async fn create_the_admin(page: &Page, look: Look) {
    page.see("first-run-name").await;
    inspect(page, look, "first-run").await;
    page.fill("first-run-name", "Grace Hopper").await;
    page.fill("first-run-email", "grace@example.com").await;
    page.fill("first-run-password", PASSWORD).await;
    page.click("first-run-create").await;
    let key = page.value("recovery-key").await;
    assert!(key.len() >= 20, "the recovery key is long enough to be one: {key}");
    inspect(page, look, "recovery-key").await;
    page.click("recovery-saved").await;
    page.click("first-run-continue").await;
    page.see("first-run-later").await;
    inspect(page, look, "public-address").await;
    page.click("first-run-later").await;
    page.see("first-run-look").await;
    inspect(page, look, "first-run-done").await;
    page.click("first-run-look").await;
    page.see("avatar-menu").await;
    inspect(page, look, "home-new").await;
}

/// The only one who may sign in is chosen already.
pub async fn sign_in(page: &Page, look: Look) {
    page.see("sign-in-chosen").await;
    inspect(page, look, "sign-in").await;
    page.fill("sign-in-password", PASSWORD).await;
    page.click("sign-in-submit").await;
}

/// From any screen to the start of a new connection's wizard, by the avatar menu.
pub async fn open_a_wizard(page: &Page, look: Look, name: &str, provider: &str) {
    page.click("avatar-menu").await;
    page.see("menu-user-management").await;
    inspect(page, look, "avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-provisioning").await;
    page.click("add-connection").await;
    page.fill("integration-name", name).await;
    inspect(page, look, "add-connection").await;
    page.click(&format!("tile-{provider}")).await;
    page.see("wizard-start").await;
    inspect(page, look, "wizard-start").await;
}

/// From the wizard's start to its second step; a client gets endpoint and token from the screen.
pub async fn take_endpoint_and_token(page: &Page, look: Look) -> Scim2Cli {
    let (endpoint, token) = see_endpoint_and_token(page, look).await;
    Scim2Cli::new(&endpoint, &token)
}

/// The same for clients that the test plays itself.
pub async fn see_endpoint_and_token(page: &Page, look: Look) -> (String, String) {
    page.click("wizard-start").await;
    page.see("wizard-next").await;
    inspect(page, look, "wizard-create").await;
    page.click("wizard-next").await;
    let endpoint = page.value("endpoint").await;
    page.click("create-token").await;
    let token = page.value("token-value").await;
    assert!(token.starts_with("fdn_"), "what is shown is a token");
    inspect(page, look, "wizard-connect").await;
    page.click("token-pasted").await;
    page.see_no("token-value").await;
    (endpoint, token)
}

/// Looks at a screen: it keeps the accessibility rules, and goes into the documentation.
pub async fn inspect(page: &Page, look: Look, name: &str) {
    if look == Look::Closely {
        page.inspect(name).await;
        picture(page, name).await;
    }
}

/// The same as small as the window may become, for the screens that have the most on them.
pub async fn small_picture(page: &Page, name: &str) {
    if let Some(folder) = screenshots() {
        page.small_picture(name, &folder).await;
    }
}

/// Keeps a picture of the screen for the documentation, when pictures are wanted.
pub async fn picture(page: &Page, name: &str) {
    if let Some(folder) = screenshots() {
        page.picture(name, &folder).await;
    }
}

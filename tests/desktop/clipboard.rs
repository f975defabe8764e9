//! A token on the clipboard.

use std::time::{Duration, Instant};

use tests::{Page, TestApp, until_within};

use crate::steps::{Look, create_the_admin, open_a_wizard};

/// A token is there for a minute and a half.
const AT_LEAST: Duration = Duration::from_secs(80);
const AT_MOST: Duration = Duration::from_secs(110);

#[tokio::test]
async fn a_copied_token_leaves_the_clipboard_unless_something_else_was_copied_meanwhile() {
    let (app, busier) = tokio::join!(TestApp::open(), TestApp::open());
    let endpoint = {
        let page = busier.page();
        reveal_a_token(page).await;
        copy(page, "token-value").await;
        let endpoint = page.value("endpoint").await;
        copy(page, "endpoint").await;
        endpoint
    };
    assert_eq!(busier.clipboard().await, endpoint, "something else was copied");

    let page = app.page();
    reveal_a_token(page).await;
    let token = page.value("token-value").await;
    let began = Instant::now();
    copy(page, "token-value").await;
    assert_eq!(app.clipboard().await, token, "the token was copied");
    // Where it was copied does not matter: it may well be pasted elsewhere while another step is open.
    page.click("token-pasted").await;
    page.click("wizard-next").await;

    until_within(AT_MOST, "the token leaves the clipboard", async || {
        app.clipboard().await.is_empty().then_some(())
    })
    .await;

    assert!(began.elapsed() > AT_LEAST, "there was time to paste it: {:?}", began.elapsed());
    assert_eq!(busier.clipboard().await, endpoint, "what was copied after a token is left alone");
}

async fn reveal_a_token(page: &Page) {
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    page.click("wizard-start").await;
    page.click("wizard-next").await;
    page.click("create-token").await;
    page.see("token-value").await;
}

async fn copy(page: &Page, id: &str) {
    page.click(&format!("copy-{id}")).await;
    page.see_among(&format!("copy-{id}"), "Copied").await;
}

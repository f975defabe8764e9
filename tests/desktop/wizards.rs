//! Each wizard from its start to its end, while the identity provider at the other side plays its whole life.

use idp::rehearsal::{Dialect, Prepared};
use store::TokenText;
use tests::{Page, TestApp};

use crate::player::Player;
use crate::steps::{Look, create_the_admin, inspect, open_a_wizard, sign_in};

#[tokio::test]
async fn okta_with_an_app_of_its_own_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Okta – Employees", "okta").await;
    let mut player = connect(page, Dialect::OktaPut, Some("own-app")).await;
    see_a_wrong_token_and_then_the_right_one(page, &mut player, "That was Okta's credentials test").await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Okta", Look::Closely).await;
}

#[tokio::test]
async fn okta_with_a_catalog_app_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Okta – Contractors", "okta").await;
    let mut player = connect(page, Dialect::OktaPatch, Some("catalog-header")).await;
    see_a_wrong_token_and_then_the_right_one(page, &mut player, "That was Okta's credentials test").await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Okta", Look::Past).await;
}

#[tokio::test]
async fn azure_is_connected_although_the_app_is_killed_in_the_middle() {
    let mut app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Entra", "azure").await;
    let mut player = connect(page, Dialect::Azure, None).await;
    see_a_wrong_token_and_then_the_right_one(page, &mut player, "That was Azure's Test connection").await;
    page.click("wizard-next").await;
    page.see_attribute("rail-assign", "aria-current", "step").await;
    play_until(page, &mut player, "firstPerson").await;

    app.kill().await;
    app.reopen().await;

    let page = app.page();
    sign_in(page, Look::Past).await;
    page.click("avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-provisioning").await;
    page.click("continue-setup").await;
    page.see_attribute("rail-assign", "aria-current", "step").await;
    for kind in ["addressReached", "credentials", "firstPerson"] {
        page.see_attribute(&proof(kind), "data-seen", "true").await;
    }
    page.click("rail-create").await;
    page.see("step-marked").await;
    page.click("rail-connect").await;
    let mut player = player.at(&page.value("endpoint").await);
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Azure", Look::Past).await;
}

#[tokio::test]
async fn a_custom_client_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    let mut player = connect(page, Dialect::Custom, None).await;
    see_a_wrong_token_and_then_the_right_one(page, &mut player, "read what this address can do").await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "is connected", Look::Past).await;
}

/// From the wizard's start to its second step with a token, as the admin pastes it at the other side.
async fn connect(page: &Page, dialect: Dialect, variant: Option<&str>) -> Player {
    page.click("wizard-start").await;
    if let Some(variant) = variant {
        page.click(&format!("variant-{variant}")).await;
    }
    // Nothing can be seen of what is done at the other side; the admin says so.
    page.click("mark-step").await;
    page.see("step-marked").await;
    page.click("wizard-next").await;
    let endpoint = page.value("endpoint").await;
    page.click("create-token").await;
    let shown = page.value("token-value").await;
    let token = shown.trim_start_matches("Bearer ");
    let wants_the_word = variant == Some("catalog-header");
    assert_eq!(shown != token, wants_the_word, "the word Bearer stands in front where the field needs it");
    page.click("token-pasted").await;
    page.see("token-masked").await;
    Player::new(dialect, &endpoint, token)
}

/// A token that is well-formed and not ours, then the right one.
async fn see_a_wrong_token_and_then_the_right_one(page: &Page, player: &mut Player, recognised: &str) {
    let first = player.next().expect("the play begins");
    let wrong = TokenText::draw().expect("there is randomness");
    assert_eq!(player.send_with(&first, wrong.reveal()).await, 401, "a wrong token lets nobody in");
    page.see_attribute("live-row", "data-status", "401").await;
    page.see_attribute(&proof("addressReached"), "data-seen", "true").await;
    page.see_attribute(&proof("credentials"), "data-refused", "true").await;
    let why = page.value("finding-why").await;
    assert!(why.to_lowercase().contains("token"), "the cause is the token: {why}");

    page.click("finding-remedy").await;
    page.see_attribute("rail-connect", "aria-current", "step").await;
    player.send(&first).await;
    page.see_attribute("live-row", "data-status", "200").await;
    page.see_attribute(&proof("credentials"), "data-seen", "true").await;
    page.see_attribute(&proof("credentials"), "data-refused", "false").await;
    page.see_no("finding").await;
    page.see_text(recognised).await;
}

/// Plays on to the end. Each tick is open until the request that proves it.
async fn see_every_tick_turn_green(page: &Page, player: &mut Player) {
    while let Some(prepared) = player.next() {
        step(page, player, &prepared).await;
    }
    for kind in ["lookup", "firstPerson", "change", "deactivation", "reactivation", "group"] {
        page.see_attribute(&proof(kind), "data-seen", "true").await;
    }
}

/// Plays on until something is proved.
async fn play_until(page: &Page, player: &mut Player, kind: &str) {
    while let Some(prepared) = player.next() {
        step(page, player, &prepared).await;
        if proves(&prepared) == Some(kind) {
            return;
        }
    }
    panic!("the play ended before {kind}");
}

async fn step(page: &Page, player: &mut Player, prepared: &Prepared) {
    let Some(kind) = proves(prepared) else { return player.send(prepared).await };
    let once = !page.is(&proof(kind), "data-seen", "true").await;
    assert!(once, "{kind} is open until \"{}\"", prepared.title);
    player.send(prepared).await;
    page.see_attribute(&proof(kind), "data-seen", "true").await;
}

/// What a request of the play proves, by what it does.
fn proves(prepared: &Prepared) -> Option<&'static str> {
    let title = prepared.title;
    let ends = |words: &[&str]| words.iter().any(|word| title.ends_with(word));
    match (prepared.method, prepared.path.as_str()) {
        // Azure's Test connection is a look-up itself, of somebody made up.
        ("GET", _) if ends(&["asks whether Ada exists"]) && !title.starts_with("Azure") => Some("lookup"),
        ("POST", "/Users") if ends(&["creates Ada"]) => Some("firstPerson"),
        ("POST", "/Groups") if !ends(&["a second time"]) => Some("group"),
        ("PUT" | "PATCH", _) if title.contains(" changes ") => Some("change"),
        ("PUT" | "PATCH", _) if ends(&["deactivates Ada", "disables Ada"]) => Some("deactivation"),
        ("PUT" | "PATCH", _) if ends(&["reactivates Ada", "restores Ada"]) => Some("reactivation"),
        _ => None,
    }
}

/// The last step says what was proved, what the admin marked and what is still open; then the connection opens.
async fn finish(page: &Page, title: &str, look: Look) {
    page.click("rail-finish").await;
    page.see("finish-proved").await;
    page.see_text(title).await;
    let proved = page.value("finish-proved").await;
    for line in ["Address reached", "First person"] {
        assert!(proved.contains(line), "proved: {line} in {proved}");
    }
    page.see_text("Marked by you").await;
    page.see_text("Still to prove").await;
    page.click("wizard-finish").await;
    page.see("open-connection").await;
    inspect(page, look, "wizard-okta-finish").await;
    page.click("open-connection").await;
    page.see("connection-status").await;
}

fn proof(kind: &str) -> String {
    format!("proof-{kind}")
}

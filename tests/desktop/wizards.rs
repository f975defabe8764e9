//! Each wizard from its start to its end, while the identity provider at the other side plays its whole life.

use idp::rehearsal::{Dialect, Prepared};
use tests::{Page, TestApp};

use crate::connecting::{CUT_SHORT, DOUBLED, WITH_USERS, WITHOUT_ID, connect, see_each_mistake_fixed};
use crate::player::{PUBLIC, Player, Transport};
use crate::steps::{Look, create_the_admin, inspect, open_a_wizard, sign_in};

#[tokio::test]
async fn okta_with_an_app_of_its_own_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Okta – Employees", "okta").await;
    let mut player = connect(&app, Dialect::OktaPut, Some("own-app")).await;
    let recognised = "Okta's credentials test. Okta also sends it";
    see_each_mistake_fixed(&app, &mut player, &CUT_SHORT, Transport::Proxy("http"), recognised).await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Okta", Look::Closely).await;
}

#[tokio::test]
async fn okta_with_the_catalog_app_that_adds_the_word_bearer_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Okta – Contractors", "okta").await;
    let mut player = connect(&app, Dialect::OktaPatch, Some("catalog-bearer")).await;
    page.see_text("Okta adds the word Bearer by itself").await;
    let recognised = "Okta's credentials test. Okta also sends it";
    see_each_mistake_fixed(&app, &mut player, &DOUBLED, Transport::SilentProxy, recognised).await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Okta", Look::Past).await;
}

#[tokio::test]
async fn okta_with_the_catalog_app_that_sends_the_field_as_it_is_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Okta – Partners", "okta").await;
    let mut player = connect(&app, Dialect::OktaPatch, Some("catalog-header")).await;
    page.see_text("with the word Bearer in front").await;
    let recognised = "Okta's credentials test. Okta also sends it";
    see_each_mistake_fixed(&app, &mut player, &WITH_USERS, Transport::Proxy("http"), recognised).await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Okta", Look::Past).await;
}

#[tokio::test]
async fn azure_is_connected_although_the_app_is_killed_in_the_middle() {
    let mut app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "Entra", "azure").await;
    let mut player = connect(&app, Dialect::Azure, None).await;
    let recognised = "Azure's Test connection: it looked up a made-up name";
    see_each_mistake_fixed(&app, &mut player, &WITHOUT_ID, Transport::Proxy("http"), recognised).await;
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
        page.see_attribute(&evidence(kind), "data-seen", "true").await;
    }
    page.click("rail-create").await;
    page.see("step-marked").await;
    page.click("rail-connect").await;
    let endpoint = page.value("endpoint").await;
    let mut player = player.at(&endpoint.replacen(PUBLIC, &app.local().await, 1));
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "Azure", Look::Past).await;
}

#[tokio::test]
async fn a_custom_client_is_connected_from_start_to_finish() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    let mut player = connect(&app, Dialect::Custom, None).await;
    let recognised = "read what this server supports";
    see_each_mistake_fixed(&app, &mut player, &DOUBLED, Transport::SilentProxy, recognised).await;
    see_every_tick_turn_green(page, &mut player).await;
    finish(page, "is connected", Look::Past).await;
}

/// Plays on to the end. Each tick is open until the request that proves it.
async fn see_every_tick_turn_green(page: &Page, player: &mut Player) {
    while let Some(prepared) = player.next() {
        step(page, player, &prepared).await;
    }
    for kind in ["lookup", "firstPerson", "change", "deactivation", "reactivation", "group"] {
        page.see_attribute(&evidence(kind), "data-seen", "true").await;
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
    let once = !page.is(&evidence(kind), "data-seen", "true").await;
    assert!(once, "{kind} is open until \"{}\"", prepared.title);
    player.send(prepared).await;
    page.see_attribute(&evidence(kind), "data-seen", "true").await;
}

/// What a request of the play proves, by what it does.
fn proves(prepared: &Prepared) -> Option<&'static str> {
    let title = prepared.title;
    let ends = |words: &[&str]| words.iter().any(|word| title.ends_with(word));
    match (prepared.method, prepared.path.as_str()) {
        // Azure's Test connection is a lookup itself, of a made-up user.
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

pub fn evidence(kind: &str) -> String {
    format!("evidence-{kind}")
}

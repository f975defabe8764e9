//! Closing the window, quitting, and what an end leaves behind.

use std::path::Path;

use serde_json::json;
use tests::{Bus, Launch, Panel, Scim2Cli, TestApp};

use crate::steps::{Look, create_the_admin, inspect, sign_in};

#[tokio::test]
async fn closing_asks_once_and_without_a_tray_minimises_while_the_server_goes_on() {
    let app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    let endpoint = connect(&app).await;
    let manager = app.manage();

    app.close_window();
    app.page().see("close-sheet").await;
    inspect(app.page(), Look::Closely, "close-window").await;
    app.page().click_away("close-keep").await;

    manager.see_minimised().await;
    app.page().see_no("close-sheet").await;
    assert!(endpoint.create("user", &["--user-name", "ada"]).await.ok, "a closed window continues to serve");

    app.close_window();
    manager.see_minimised().await;
    assert_eq!(app.page().count("close-sheet").await, 0, "it is asked once");
}

#[tokio::test]
async fn quitting_when_the_window_is_closed_ends_the_app_in_order_and_the_next_launch_goes_on() {
    let mut app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    assert!(app.data().join("bridge.json").is_file(), "a running app has its bridge");

    app.close_window();
    app.page().click_away("close-quit").await;
    app.ended().await;

    left_in_order(&app.data());
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("avatar-menu").await;
}

#[tokio::test]
async fn quitting_asks_while_a_provider_works_and_only_then() {
    let mut app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    let endpoint = connect(&app).await;
    assert!(endpoint.create("user", &["--user-name", "ada"]).await.ok, "the provider works");

    app.page().press_with_control('q').await;
    app.page().see("quit-question").await;
    app.page().see_text("will get errors until you open Foundational again").await;
    inspect(app.page(), Look::Closely, "quit").await;
    app.page().click("quit-keep").await;
    app.page().see_no("quit-question").await;
    assert!(endpoint.create("user", &["--user-name", "alan"]).await.ok, "it runs on");

    // Locked, too: who is at the computer may end the program.
    app.page().press_with_control('l').await;
    app.page().see("unlock-password").await;
    app.page().press_with_control('q').await;
    app.page().click_away("quit-now").await;
    app.ended().await;

    left_in_order(&app.data());
}

#[tokio::test]
async fn a_logout_ends_the_app_in_order() {
    let mut app = TestApp::open().await;
    app.page().see("first-run-name").await;

    app.close().await;

    left_in_order(&app.data());
}

#[tokio::test]
async fn a_window_that_is_put_away_still_locks_when_it_is_idle() {
    let bus = Bus::start().await;
    let panel = Panel::start(&bus).await;
    let app = TestApp::open_as(Launch { bus: Some(bus.address.clone()), ..Launch::default() }).await;
    create_the_admin(app.page(), Look::Past).await;
    panel.see_item().await;
    app.close_window();
    app.page().click_away("close-keep").await;
    app.see_no_window().await;

    let later = "const now = Date.now; Date.now = () => now() + 16 * 60_000;";
    app.page().run(later, vec![]).await;

    app.page().see_value("return document.querySelector('[data-testid=unlock-password]') && 1;").await;
    panel.click("Open Foundational").await;
    app.see_window().await;
    app.page().see("unlock-password").await;
}

/// A connection whose provider can call.
async fn connect(app: &TestApp) -> Scim2Cli {
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let wanted = json!({ "connectionId": connection["id"], "expires": "1y" });
    let token = app.command("token.create", wanted).await;
    let text = |value: &serde_json::Value| value.as_str().expect("it is a text").to_owned();
    Scim2Cli::new(&text(&connection["endpoint"]), &text(&token["token"]))
}

/// Nothing of this launch is left: no bridge to call, and no journal that a reader would have to replay.
fn left_in_order(data: &Path) {
    for name in ["bridge.json", "foundational.db-wal", "activity.db-wal"] {
        assert!(!data.join(name).exists(), "{name} is gone after an orderly end");
    }
}

#[tokio::test]
async fn an_end_by_a_panic_is_shown_at_the_next_start_until_it_is_dismissed() {
    let mut app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    app.kill().await;
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("server-card").await;
    app.page().see("attention-empty").await;

    app.crash().await;
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    let line = app.page().see_among("attention-line", "ended unexpectedly").await;
    assert!(line.contains("Open log folder"), "the folder is one press away: {line}");
    inspect(app.page(), Look::Closely, "home-crashed").await;
    app.page().click("crash-dismiss").await;
    app.page().see("attention-empty").await;

    app.kill().await;
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("server-card").await;
    app.page().see("attention-empty").await;
}

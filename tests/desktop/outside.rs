//! The app outside of its window: the tray, a second launch, places to go to, starting at sign-in.

use std::fs;

use serde_json::{Value, json};
use tests::{Bus, Launch, Logind, Panel, TestApp};

use crate::steps::{Look, PASSWORD, create_the_admin, inspect, sign_in};

/// The app on a bus of its own, with a panel that shows trays.
async fn open(plain: bool, arguments: &[&str]) -> (Bus, Panel, TestApp) {
    let bus = Bus::start().await;
    let panel = Panel::start(&bus).await;
    let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
    let app = TestApp::open_as(Launch { bus: Some(bus.address.clone()), plain, arguments }).await;
    (bus, panel, app)
}

#[tokio::test]
async fn the_tray_shows_how_things_stand_and_pauses_for_an_admin_alone() {
    let (_bus, panel, app) = open(false, &[]).await;
    create_the_admin(app.page(), Look::Past).await;
    panel.see_line("Serving").await;
    assert_eq!(panel.shape().await, (255, 255), "serving is a whole disc");

    app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    panel.see_line("Serving · 1 connection").await;
    // One is paused individually before all are: from the command line.
    app.command("connection.create", json!({ "name": "Azure", "provider": "azure" })).await;
    panel.see_line("Serving · 2 connections").await;
    app.command("connection.pause", json!({ "id": "Azure" })).await;
    panel.see_line("Serving · 1 connection").await;
    panel.click("Pause provisioning").await;
    panel.see_line("Paused").await;
    assert_eq!(panel.shape().await.0, 0, "paused is a ring");
    let wanted = [("Azure", Some("the command line")), ("Okta", Some("Grace Hopper"))];
    assert_eq!(paused(&app).await, wanted.map(|(name, by)| (name.to_owned(), by.map(str::to_owned))));

    // What the tray paused it resumes, and nothing else.
    panel.click("Resume provisioning").await;
    panel.see_line("Serving · 1 connection").await;
    let wanted = [("Azure", Some("the command line")), ("Okta", None)];
    assert_eq!(paused(&app).await, wanted.map(|(name, by)| (name.to_owned(), by.map(str::to_owned))));
    panel.click("Pause provisioning").await;
    panel.see_line("Paused").await;

    // While the window is locked, Resume shows the window instead.
    app.page().press_with_control('l').await;
    app.page().see("unlock-password").await;
    app.close_window();
    app.page().click_away("close-keep").await;
    app.see_no_window().await;
    panel.click("Resume provisioning").await;
    app.see_window().await;
    let held = paused(&app).await.into_iter().filter(|(_, by)| by.is_some()).count();
    assert_eq!(held, 2, "a locked window resumes nothing");
}

/// The connections, each with who paused it.
async fn paused(app: &TestApp) -> Vec<(String, Option<String>)> {
    let list = app.command("connection.list", json!({})).await;
    let line = |one: &Value| {
        (one["name"].as_str().expect("a name").to_owned(), one["pause"]["by"].as_str().map(str::to_owned))
    };
    list.as_array().expect("a list").iter().map(line).collect()
}

#[tokio::test]
async fn the_tray_names_what_needs_a_person_most_and_leads_there() {
    let (_bus, panel, app) = open(false, &[]).await;
    create_the_admin(app.page(), Look::Past).await;
    panel.see_line("Serving").await;
    let made = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let wanted = json!({ "connectionId": made["id"], "expires": "1y" });
    let token = app.command("token.create", wanted).await;
    let soon = store::Clock::system().now() + jiff::SignedDuration::from_hours(30);
    let shorten = json!({ "id": token["id"], "expiresAt": soon.to_string() });
    app.command("token.shorten", shorten).await;
    let problem = "Okta: the token expires in 29 hours.";
    panel.see_line(problem).await;

    app.page().press_with_control('l').await;
    app.page().see("unlock-password").await;
    app.close_window();
    app.page().click_away("close-keep").await;
    app.see_no_window().await;
    panel.click(problem).await;
    app.see_window().await;
    app.page().fill("unlock-password", PASSWORD).await;
    app.page().click("unlock-submit").await;
    app.page().see_among("finding-card", problem).await;

    app.command("connection.delete", json!({ "id": made["id"], "people": "keepActive" })).await;
    tests::until("the tray names nothing any more", async || {
        let menu = panel.menu().await;
        menu.iter().all(|line| line.label != problem).then_some(())
    })
    .await;
}

#[tokio::test]
async fn quit_in_the_tray_ends_the_app() {
    let (_bus, panel, mut app) = open(false, &[]).await;
    app.page().see("first-run-name").await;
    let lines: Vec<String> = panel.see_line("Quit").await.into_iter().map(|line| line.label).collect();
    let wanted = ["Serving", "Open Foundational", "Pause provisioning", "Copy the public address", "Quit"];
    assert_eq!(lines, wanted, "everything is in the menu");

    panel.click("Quit").await;

    app.ended().await;
    assert!(!app.data().join("bridge.json").exists(), "it ended in order");
}

#[tokio::test]
async fn a_second_launch_shows_the_window_of_the_first_and_ends() {
    let (_bus, panel, app) = open(true, &[]).await;
    create_the_admin(app.page(), Look::Past).await;
    panel.see_item().await;
    app.close_window();
    app.page().click_away("close-keep").await;
    app.see_no_window().await;

    let again = app.launch_again(&[]).await;

    let output = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(0), "the second launch ends well: {output}");
    app.see_window().await;

    app.launch_again(&["foundational://users"]).await;
    app.page().see("tab-users").await;
    app.launch_again(&["foundational://teapots/7"]).await;
    app.page().see("server-card").await;
    app.page().see_text("That link does not lead to a page").await;
}

#[tokio::test]
async fn a_launch_with_a_folder_of_its_own_is_another_instance() {
    let (bus, panel, first) = open(true, &[]).await;
    first.page().see("first-run-name").await;
    panel.see_item().await;
    first.close_window();
    first.page().click_away("close-keep").await;
    first.see_no_window().await;

    let second = TestApp::open_as(Launch { bus: Some(bus.address.clone()), ..Launch::default() }).await;

    second.page().see("first-run-name").await;
    first.see_no_window().await;
}

#[tokio::test]
async fn a_place_waits_until_a_user_is_signed_in() {
    let (_bus, _panel, app) = open(false, &["foundational://settings"]).await;
    create_the_admin(app.page(), Look::Past).await;
    app.page().see("settings-clipboard").await;
}

#[tokio::test]
async fn starting_at_sign_in_is_what_the_system_says() {
    let (_bus, _panel, app) = open(true, &[]).await;
    create_the_admin(app.page(), Look::Past).await;
    let page = app.page();
    page.click("nav-settings").await;
    page.see("at-login-starts").await;
    inspect(page, Look::Closely, "settings").await;
    let entry = app.configuration("autostart/io.foundational.desktop.desktop");
    assert!(!entry.exists(), "nothing starts unless it is wanted");

    page.click("at-login-starts").await;
    page.see_value(
        "return document.querySelector('[data-testid=at-login-hidden]')?.disabled === false || null;",
    )
    .await;
    let shown = fs::read_to_string(&entry).expect("the entry is there");
    assert!(!shown.contains("--hidden"), "with its window: {shown}");

    page.click("at-login-hidden").await;
    tests::until("the entry has the option", async || {
        fs::read_to_string(&entry).ok().filter(|text| text.contains("--hidden"))
    })
    .await;

    // It is removed outside of the app: Settings show that.
    fs::remove_file(&entry).expect("it can be removed");
    page.click("nav-home").await;
    page.see("server-card").await;
    page.click("nav-settings").await;
    page.see_value(
        "return document.querySelector('[data-testid=at-login-starts]')?.checked === false || null;",
    )
    .await;
}

#[tokio::test]
async fn a_launch_without_the_window_serves_and_shows_it_on_demand() {
    let (_bus, panel, app) = open(true, &["--hidden"]).await;
    panel.see_line("Serving").await;
    app.see_no_window().await;

    panel.click("Open Foundational").await;

    app.see_window().await;
    app.page().see("first-run-name").await;
}

#[tokio::test]
async fn the_computer_stays_awake_while_it_serves_if_that_is_wanted() {
    let (bus, _panel, mut app) = open(false, &[]).await;
    let logind = Logind::start(&bus).await;
    create_the_admin(app.page(), Look::Past).await;
    app.page().click("nav-settings").await;
    app.page().see("keep-awake").await;
    assert!(logind.held().is_empty(), "it may sleep unless an Admin switches that off");

    app.page().click("keep-awake").await;
    app.page().see_among("keep-awake-saved", "Saved").await;
    assert_eq!(logind.held(), ["Foundational: block sleep:idle"], "the system was asked");
    assert_eq!(app.page().count("awake-not").await, 0, "and says so");
    inspect(app.page(), Look::Closely, "settings-awake").await;

    app.close().await;
    assert!(logind.held().is_empty(), "an app that has ended keeps nothing awake");
    app.reopen().await;
    tests::until("it is asked again at the next start", async || (!logind.held().is_empty()).then_some(()))
        .await;
    sign_in(app.page(), Look::Past).await;
    app.page().click("nav-settings").await;
    app.page().click("keep-awake").await;
    tests::until("it may sleep again", async || logind.held().is_empty().then_some(())).await;
}

#[tokio::test]
async fn without_a_service_that_prevents_sleep_there_is_no_switch() {
    let app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    app.page().click("nav-settings").await;
    app.page().see("awake-impossible").await;
    assert_eq!(app.page().count("keep-awake").await, 0, "a switch would have no effect");
}

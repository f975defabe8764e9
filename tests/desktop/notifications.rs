//! Notifications of the desktop: what they say, how often, where a click leads.

use serde_json::json;
use tests::{Bus, Launch, Notifications, Panel, Scim2Cli, TestApp, until};

use crate::steps::{Look, PASSWORD, create_the_admin, inspect};

const REFUSED: &str = "Azure – Staff: requests are being refused.";
const WORKS: &str = "Azure – Staff: requests are answered again.";

struct Stage {
    _bus: Bus,
    _panel: Panel,
    notifications: Notifications,
    app: TestApp,
    connection: String,
    token: String,
    right: Scim2Cli,
    wrong: Scim2Cli,
}

/// The app with an Admin and a connection that works, on a desktop that shows notifications.
async fn stage() -> Stage {
    let bus = Bus::start().await;
    let panel = Panel::start(&bus).await;
    let notifications = Notifications::start(&bus).await;
    let app = TestApp::open_as(Launch { bus: Some(bus.address.clone()), ..Launch::default() }).await;
    create_the_admin(app.page(), Look::Past).await;
    let made =
        app.command("connection.create", json!({ "name": "Azure – Staff", "provider": "azure" })).await;
    let connection = made["id"].as_str().expect("it has an id").to_owned();
    let wanted = json!({ "connectionId": connection, "expires": "1y" });
    let token = app.command("token.create", wanted).await;
    let endpoint = made["endpoint"].as_str().expect("it has an endpoint");
    let right = Scim2Cli::new(endpoint, token["token"].as_str().expect("it is a text"));
    let wrong = Scim2Cli::new(endpoint, "not-the-token");
    assert!(right.create("user", &["--user-name", "ada"]).await.ok, "the provider works");
    let token = token["id"].as_str().expect("it has an id").to_owned();
    Stage { _bus: bus, _panel: panel, notifications, app, connection, token, right, wrong }
}

fn in_hours(hours: i64) -> String {
    (store::Clock::system().now() + jiff::SignedDuration::from_hours(hours)).to_string()
}

async fn refuse(stage: &Stage, times: usize) {
    for _ in 0..times {
        let answer = stage.wrong.create("user", &["--user-name", "alan"]).await;
        assert!(!answer.ok, "the token is not known");
    }
}

#[tokio::test]
async fn a_failing_connection_is_notified_once_and_a_click_opens_its_activity_after_unlocking() {
    let stage = stage().await;
    let page = stage.app.page();
    refuse(&stage, 3).await;
    let shown = stage.notifications.see(REFUSED).await;
    assert!(shown.body.contains("token"), "an Admin reads why: {shown:?}");

    page.press_with_control('l').await;
    page.see("unlock-password").await;
    stage.app.close_window();
    page.click_away("close-keep").await;
    stage.app.see_no_window().await;
    stage.notifications.click(&shown).await;
    stage.app.see_window().await;
    page.fill("unlock-password", PASSWORD).await;
    page.click("unlock-submit").await;
    page.see_attribute("tab-activity", "aria-current", "page").await;
    page.see_text("Azure – Staff").await;

    refuse(&stage, 1).await;
    assert!(stage.right.create("user", &["--user-name", "alan"]).await.ok, "it works again");
    stage.notifications.see(WORKS).await;
    let titles: Vec<String> = stage.notifications.shown().into_iter().map(|one| one.title).collect();
    assert_eq!(titles, [REFUSED, WORKS], "the same cause is notified once a day");
}

#[tokio::test]
async fn a_kind_that_is_switched_off_is_not_notified_and_a_locked_window_shows_only_the_title() {
    let stage = stage().await;
    let page = stage.app.page();
    page.click("nav-settings").await;
    page.click("settings-notifications").await;
    page.click("try-notification").await;
    let trial = stage.notifications.see("Notifications work.").await;
    page.see_text("Sent").await;
    page.click("notify-failing").await;
    page.see_among("notify-failing-saved", "Saved").await;
    inspect(page, Look::Closely, "settings-notifications").await;
    refuse(&stage, 3).await;
    until("the connection fails", async || {
        let view = stage.app.command("connection.show", json!({ "id": stage.connection })).await;
        (view["status"] == "failing").then_some(())
    })
    .await;
    // Everything that is due is shown together, so the next notification would bring it along.
    let soon = json!({ "id": stage.token, "expiresAt": in_hours(30) });
    stage.app.command("token.shorten", soon).await;
    stage.notifications.see("Azure – Staff: the token expires in 29 hours.").await;
    page.click("nav-home").await;
    stage.notifications.click(&trial).await;
    page.see("notify-failing").await;
    assert_eq!(stage.notifications.shown().len(), 2, "nothing else was shown");

    page.click("notify-failing").await;
    page.see_among("notify-failing-saved", "Saved").await;
    let shown = stage.notifications.see(REFUSED).await;
    assert!(!shown.body.is_empty(), "switched on again, it is shown");
}

#[tokio::test]
async fn the_settings_say_that_the_desktop_shows_no_notifications() {
    let bus = Bus::start().await;
    let app = TestApp::open_as(Launch { bus: Some(bus.address.clone()), ..Launch::default() }).await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.click("nav-settings").await;
    page.click("settings-notifications").await;
    page.see("notifications-none").await;
    inspect(page, Look::Closely, "settings-notifications-none").await;
    let notifications = Notifications::start(&bus).await;
    page.click("nav-home").await;
    page.click("nav-settings").await;
    page.click("settings-notifications").await;
    page.click("try-notification").await;
    notifications.see("Notifications work.").await;
}

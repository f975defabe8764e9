//! Nothing moves and no command is called while no input arrives.

use std::time::Duration;

use tests::{ESCAPE, TestApp, is_release};
use tokio::time::{Instant, sleep};

use super::scene::{Scene, go};
use super::{Figure, hold};
use crate::steps::PASSWORD;

/// Thousandths of a core.
const GOAL: u64 = 10;
const BEARABLE: u64 = 250;
/// What a screen does when it is opened may last so many looks.
const LOOKS: usize = 8;

#[tokio::test]
async fn the_app_is_at_rest_on_every_screen() {
    let scene = Scene::open().await;
    let (app, page) = (&scene.app, scene.app.page());
    let mut figures = Vec::new();
    for address in scene.addresses().await {
        go(page, &address).await;
        figures.push(rest(app, &named(&scene, &address)).await);
    }
    go(page, "/users").await;
    page.press_with_control('k').await;
    page.see("palette").await;
    figures.push(rest(app, "the palette").await);
    page.press(ESCAPE).await;
    page.click("avatar-menu").await;
    figures.push(rest(app, "the avatar menu").await);
    page.press(ESCAPE).await;
    go(page, &format!("/provisioning/{}/activity", scene.connection)).await;
    page.click("activity-row").await;
    figures.push(rest(app, "a request").await);
    page.press(ESCAPE).await;
    page.press_with_control('l').await;
    page.see("unlock-password").await;
    figures.push(rest(app, "locked").await);
    page.fill("unlock-password", PASSWORD).await;
    page.click("unlock-submit").await;
    page.click("avatar-menu").await;
    page.click("menu-sign-out").await;
    page.see("sign-in-chosen").await;
    figures.push(rest(app, "signed out").await);
    hold(&figures);
}

/// The share of a core that all processes of the app take, in thousandths: over half a minute in a release, and else
/// over half a second, of the calmest of some.
async fn rest(app: &TestApp, what: &str) -> Figure {
    let (length, looks) =
        if is_release() { (Duration::from_secs(30), 1) } else { (Duration::from_millis(500), LOOKS) };
    // What opening it began comes to its end; the scroll bars fade for three seconds.
    sleep(Duration::from_millis(if is_release() { 5_000 } else { 300 })).await;
    let mut least = u64::MAX;
    for _ in 0..looks {
        let (before, began) = (app.worked(), Instant::now());
        sleep(length).await;
        let worked = app.worked().saturating_sub(before);
        let share = worked.as_micros() * 1000 / began.elapsed().as_micros();
        least = least.min(u64::try_from(share).expect("a share is small"));
        if least <= BEARABLE {
            break;
        }
    }
    // The walk takes half an hour in a release.
    println!("{what} takes {least} thousandths of a core");
    Figure::most(format!("at rest: {what}"), least, "thousandths of a core", GOAL, BEARABLE)
}

fn named(scene: &Scene, address: &str) -> String {
    [
        (&scene.connection, "connection"),
        (&scene.waiting, "waiting"),
        (&scene.person, "person"),
        (&scene.group, "group"),
    ]
    .iter()
    .fold(address.to_owned(), |text, (id, word)| text.replace(id.as_str(), word))
}

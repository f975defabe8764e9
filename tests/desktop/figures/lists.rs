//! Lists move smoothly under the wheel.

use std::time::Duration;

use tests::{Area, is_release};
use tokio::time::{Instant, interval};

use super::acts::Acts;
use super::scene::{Scene, go};
use super::{Figure, hold, median};

const GOAL: u64 = 30;
const BEARABLE: u64 = 12;
/// Notches of the wheel: sixty a second, as a person in a hurry turns it.
const NOTCHES: u32 = 120;
const EACH: Duration = Duration::from_micros(16_667);

#[tokio::test]
async fn lists_scroll_smoothly() {
    let scene = Scene::open().await;
    let page = scene.app.page();
    let acts = Acts::of(&scene.app);
    let mut figures = Vec::new();
    for (name, address, row) in [
        ("users", "/users".to_owned(), "person-row"),
        ("members of a group", format!("/groups/{}", scene.group), "group-member"),
        ("activity", format!("/provisioning/{}/activity", scene.connection), "activity-row"),
        ("parts and licences", "/settings/about".to_owned(), "part"),
    ] {
        go(page, &address).await;
        if row == "part" {
            page.click("show-parts").await;
        }
        page.see(row).await;
        let middle = acts.middle_of("main").await;
        let rounds = if is_release() { 5 } else { 1 };
        let mut rates = Vec::new();
        for round in 0..rounds {
            rates.push(scroll(&acts, middle, round % 2 == 0).await);
        }
        let all = format!("{rates:?}");
        figures.push(
            Figure::least(format!("scrolling: {name}"), median(rates), "frames/s", GOAL, BEARABLE).with(all),
        );
    }
    hold(&figures);
}

/// Turns the wheel over the middle of the window, and counts the different pictures there.
async fn scroll(acts: &Acts<'_>, (x, y): (i16, i16), down: bool) -> u64 {
    acts.pointer.move_to((x, y));
    acts.rests().await;
    let frames = acts.app.frames(Area { x: x - 200, y: y - 150, width: 400, height: 300 });
    let mut pace = interval(EACH);
    let began = Instant::now();
    for _ in 0..NOTCHES {
        pace.tick().await;
        acts.pointer.turn_wheel(down);
    }
    let took = began.elapsed();
    let frames = u128::try_from(frames.count()).expect("a count is small");
    u64::try_from(frames * 1_000_000 / took.as_micros()).expect("a rate is small")
}

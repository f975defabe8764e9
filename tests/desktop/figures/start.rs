//! How soon there is content after the app was started.

use std::time::Instant;

use tests::{SCREEN, TestApp, is_release};

use super::{Figure, hold, median};
use crate::steps::{Look, create_the_admin};

const GOAL: u64 = 1_000;
const BEARABLE: u64 = 8_000;

#[tokio::test]
async fn the_started_app_has_content_soon() {
    let mut app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    app.close().await;
    let mut took = Vec::new();
    for _ in 0..if is_release() { 7 } else { 1 } {
        app.frames(SCREEN).rests().await;
        let frames = app.frames(SCREEN);
        let began = Instant::now();
        let alone = app.start_alone();
        frames.changes().await;
        frames.rests().await;
        let drawn = frames.drawn_after(began).expect("the window changes the screen");
        took.push(u64::try_from(drawn.as_millis()).expect("it starts in a lifetime"));
        app.end_alone(alone).await;
    }
    let all = format!("{took:?}");
    hold(&[Figure::most("content after the start", median(took), "ms", GOAL, BEARABLE).with(all)]);
}

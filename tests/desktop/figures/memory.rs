//! How much memory the app needs beside a bare window of the same kind.

use std::time::{Duration, Instant};

use tests::{ESCAPE, TestApp, is_release};
use tokio::time::sleep;

use super::acts::Acts;
use super::scene::{Scene, go};
use super::{Figure, hold};

/// Megabytes above the bare window.
const GOAL: u64 = 120;
const BEARABLE: u64 = 260;
const MEGABYTE: u64 = 1024 * 1024;

#[tokio::test]
async fn memory_stays_within_bounds() {
    let bare = {
        let bare = TestApp::open_bare().await;
        sleep(Duration::from_secs(2)).await;
        measure(&bare)
    };
    let scene = Scene::open().await;
    let signed_in = measure(&scene.app);
    let use_for = Duration::from_secs(if is_release() { 600 } else { 15 });
    use_it(&scene, use_for).await;
    let used = measure(&scene.app);
    let above = |all: &Memory| all.megabytes().saturating_sub(bare.megabytes());
    println!("memory of a bare window: {bare:?}");
    hold(&[
        Figure::most("memory above a bare window, at Home", above(&signed_in), "MB", GOAL, BEARABLE)
            .with(format!("{signed_in:?}")),
        Figure::most(
            format!("memory above a bare window, after {} s of use", use_for.as_secs()),
            above(&used),
            "MB",
            GOAL,
            BEARABLE,
        )
        .with(format!("{used:?}")),
    ]);
}

/// Megabytes of each process.
#[derive(Debug)]
#[expect(dead_code, reason = "the names are printed")]
struct Memory {
    all: u64,
    each: Vec<(String, u64)>,
}

impl Memory {
    fn megabytes(&self) -> u64 {
        self.all
    }
}

fn measure(app: &TestApp) -> Memory {
    let each = app.memory_by_process();
    let all = each.iter().map(|(_, bytes)| bytes).sum::<u64>() / MEGABYTE;
    Memory { all, each: each.into_iter().map(|(name, bytes)| (name, bytes / MEGABYTE)).collect() }
}

/// Goes from screen to screen, scrolls, and opens the palette, as a person at work does.
async fn use_it(scene: &Scene, length: Duration) {
    let page = scene.app.page();
    let acts = Acts::of(&scene.app);
    let addresses = scene.addresses().await;
    let began = Instant::now();
    // Over the form of a new person no palette opens.
    for address in addresses.iter().filter(|address| address.as_str() != "/users/new").cycle() {
        go(page, address).await;
        acts.pointer.move_to(acts.middle_of("main").await);
        for notch in 0..20 {
            acts.pointer.turn_wheel(notch < 15);
            sleep(Duration::from_millis(16)).await;
        }
        page.press_with_control('k').await;
        page.see("palette").await;
        page.type_text("per").await;
        page.press(ESCAPE).await;
        page.see_no("palette").await;
        if began.elapsed() > length {
            return;
        }
    }
}

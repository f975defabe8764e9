//! What is pressed is drawn before anybody waits for it.

use serde_json::{Value, json};
use tests::{Pointer, is_release};

use super::acts::Acts;
use super::scene::{Scene, go};
use super::{Figure, hold, median};

/// Milliseconds from the press until the screen shows what it shows in the end.
const GOAL: u64 = 150;
const BEARABLE: u64 = 600;
const ESCAPE: u32 = 0xff1b;
const BACKSPACE: u32 = 0xff08;

/// What was pressed, and how long it took each time, in the order of the walk.
#[derive(Default)]
struct Walk {
    took: Vec<(String, Vec<u64>)>,
}

impl Walk {
    fn note(&mut self, what: &str, took: u64) {
        match self.took.iter_mut().find(|(name, _)| name == what) {
            Some((_, all)) => all.push(took),
            None => self.took.push((what.to_owned(), vec![took])),
        }
    }

    /// Presses a thing of this test id.
    async fn click(&mut self, acts: &Acts<'_>, id: &str) {
        let took = acts.click(&format!("[data-testid=\"{id}\"]")).await;
        self.note(id, took);
    }

    /// Presses all tabs of this screen, and the one that was open at the end.
    async fn tabs(&mut self, acts: &Acts<'_>, screen: &str, prefix: &str) {
        let script = "const all = [...document.querySelectorAll(`main [data-testid^=\"${arguments[0]}\"]`)]; \
            const links = all.filter((at) => at.hash); \
            const open = links.filter((at) => at.ariaCurrent); \
            return [...links.filter((at) => !at.ariaCurrent), ...open].map((at) => at.dataset.testid);";
        let found = acts.app.page().run(script, vec![json!(prefix)]).await;
        let ids: Vec<&str> = found.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(ids.len() > 1, "{screen} has tabs");
        for id in ids {
            let took = acts.click(&format!("main [data-testid=\"{id}\"]")).await;
            self.note(&format!("{screen}: {id}"), took);
        }
    }

    async fn key(&mut self, acts: &Acts<'_>, what: &str, press: impl FnOnce(&Pointer)) {
        let took = acts.drawn(press).await;
        self.note(what, took);
    }
}

#[tokio::test]
async fn every_press_is_drawn_soon() {
    let scene = Scene::open().await;
    let acts = Acts::of(&scene.app);
    let mut walk = Walk::default();
    for _ in 0..if is_release() { 3 } else { 1 } {
        go(scene.app.page(), "/").await;
        people(&mut walk, &acts).await;
        connections(&mut walk, &acts, &scene).await;
        walk.click(&acts, "nav-activity").await;
        walk.click(&acts, "nav-diagnostics").await;
        walk.click(&acts, "open-bundle").await;
        walk.click(&acts, "nav-settings").await;
        walk.tabs(&acts, "settings", "settings-").await;
        others(&mut walk, &acts, &scene).await;
        walk.click(&acts, "nav-home").await;
        overlays(&mut walk, &acts).await;
    }
    let figure = |(what, all): (String, Vec<u64>)| {
        let details = format!("first {}, each {all:?}", all[0]);
        Figure::most(format!("drawn: {what}"), median(all), "ms", GOAL, BEARABLE).with(details)
    };
    hold(&walk.took.into_iter().map(figure).collect::<Vec<_>>());
}

async fn people(walk: &mut Walk, acts: &Acts<'_>) {
    walk.click(acts, "nav-users").await;
    if !acts.is_there("[data-testid=person-row]").await {
        acts.click("[data-testid=tab-users]").await;
    }
    acts.click("[data-testid=search-users]").await;
    for letter in "12a".chars() {
        walk.key(acts, "search in users, per key", |pointer| pointer.press(letter)).await;
    }
    for _ in 0..3 {
        walk.key(acts, "search in users, per key", |pointer| pointer.press(BACKSPACE)).await;
    }
    walk.click(acts, "person-row").await;
    walk.tabs(acts, "person", "tab-").await;
    walk.click(acts, "go-back").await;
    acts.click("[data-testid=nav-users]").await;
    walk.click(acts, "tab-groups").await;
    walk.click(acts, "group-row").await;
    walk.tabs(acts, "group", "tab-").await;
    acts.click("[data-testid=nav-users]").await;
    walk.click(acts, "tab-users").await;
    walk.click(acts, "add-user").await;
    acts.drawn(|pointer| pointer.press(ESCAPE)).await;
}

async fn connections(walk: &mut Walk, acts: &Acts<'_>, scene: &Scene) {
    walk.click(acts, "tab-provisioning").await;
    walk.click(acts, "add-connection").await;
    walk.click(acts, "nav-users").await;
    let row = format!("main a[href=\"#/provisioning/{}\"]", scene.connection);
    walk.note("a connection", acts.click(&row).await);
    walk.tabs(acts, "connection", "tab-").await;
    acts.click("[data-testid=tab-activity]").await;
    walk.click(acts, "activity-row").await;
    acts.drawn(|pointer| pointer.press(ESCAPE)).await;
    go(acts.app.page(), &format!("/provisioning/{}", scene.waiting)).await;
    let wizard = format!("main a[href^=\"#/provisioning/{}/setup\"]", scene.waiting);
    walk.note("the wizard", acts.click(&wizard).await);
    walk.tabs(acts, "wizard", "rail-").await;
}

/// The screens to which a section leads only by a button, and those of the avatar menu.
async fn others(walk: &mut Walk, acts: &Acts<'_>, scene: &Scene) {
    acts.click("[data-testid=nav-diagnostics]").await;
    walk.click(acts, "open-why").await;
    acts.click("[data-testid=nav-users]").await;
    walk.click(acts, "tab-leavers").await;
    for id in ["menu-profile", "menu-help"] {
        acts.click("[data-testid=avatar-menu]").await;
        walk.click(acts, id).await;
    }
    let page = acts.app.page();
    go(page, &format!("/provisioning/{}/settings", scene.connection)).await;
    page.see("undo-since-open").await;
    acts.rests().await;
    let script =
        "document.querySelector('[data-testid=undo-since-open]').scrollIntoView({ block: 'center' });";
    page.run(script, Vec::new()).await;
    acts.rests().await;
    walk.click(acts, "undo-since-open").await;
}

async fn overlays(walk: &mut Walk, acts: &Acts<'_>) {
    acts.click("[data-testid=nav-users]").await;
    acts.click("[data-testid=tab-users]").await;
    walk.key(acts, "the palette", |pointer| pointer.press_with_control('k')).await;
    for letter in "per".chars() {
        walk.key(acts, "search in the palette, per key", |pointer| pointer.press(letter)).await;
    }
    acts.drawn(|pointer| pointer.press(ESCAPE)).await;
    walk.key(acts, "the shortcuts", |pointer| pointer.press('?')).await;
    acts.drawn(|pointer| pointer.press(ESCAPE)).await;
    walk.click(acts, "avatar-menu").await;
    acts.drawn(|pointer| pointer.press(ESCAPE)).await;
}

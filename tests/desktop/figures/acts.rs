//! Presses of the pointer and of keys, and when they are drawn.

use std::time::Instant;

use serde_json::{Value, json};
use tests::{Pointer, SCREEN, TestApp};

pub(super) struct Acts<'a> {
    pub(super) app: &'a TestApp,
    pub(super) pointer: Pointer,
}

impl<'a> Acts<'a> {
    pub(super) fn of(app: &'a TestApp) -> Self {
        Self { app, pointer: app.pointer("Foundational") }
    }

    /// Waits until the screen is at rest.
    pub(super) async fn rests(&self) {
        self.app.frames(SCREEN).rests().await;
    }

    /// Where the middle of the first thing of this selector is, in pixels of the screen.
    pub(super) async fn middle_of(&self, selector: &str) -> (i16, i16) {
        let script = "const at = document.querySelector(arguments[0])?.getBoundingClientRect(); \
            return at ? [Math.round(at.x + at.width / 2), Math.round(at.y + at.height / 2)] : [-1, -1];";
        let found = self.app.page().run(script, vec![json!(selector)]).await;
        let number =
            |at: usize| found[at].as_i64().and_then(|number| i16::try_from(number).ok()).expect("a number");
        let (left, top) = self.pointer.origin();
        let place = (number(0), number(1));
        assert!(place.0 >= 0, "{selector} is on the screen");
        (place.0 + left, place.1 + top)
    }

    /// Presses the pointer on a thing, and gives the milliseconds until what follows is drawn.
    pub(super) async fn click(&self, selector: &str) -> u64 {
        let place = self.middle_of(selector).await;
        self.pointer.move_to(place);
        self.drawn(Pointer::click).await
    }

    /// Milliseconds from an act until the screen shows what it shows in the end.
    pub(super) async fn drawn(&self, act: impl FnOnce(&Pointer)) -> u64 {
        self.rests().await;
        let frames = self.app.frames(SCREEN);
        let began = Instant::now();
        act(&self.pointer);
        frames.changes().await;
        frames.rests().await;
        let took = frames.drawn_after(began).expect("the act changed the screen");
        u64::try_from(took.as_millis()).expect("it is drawn in a lifetime")
    }

    /// Whether there is such a thing in the page.
    pub(super) async fn is_there(&self, selector: &str) -> bool {
        let script = "return document.querySelector(arguments[0]) !== null;";
        self.app.page().run(script, vec![json!(selector)]).await == Value::Bool(true)
    }
}

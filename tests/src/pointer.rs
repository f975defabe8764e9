//! The pointer and the keys of the app's display, moved by the X server itself: what a person does, without the web
//! driver's own time.

use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, Keysym, MOTION_NOTIFY_EVENT,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::{CURRENT_TIME, NONE};

use crate::app::TestApp;
use crate::dialog::{CONTROL, Fallible, Keyboard};

const WHEEL_UP: u8 = 4;
const WHEEL_DOWN: u8 = 5;

pub struct Pointer {
    keyboard: Keyboard,
    /// Where the window's content begins on the screen.
    origin: (i16, i16),
}

impl TestApp {
    /// Takes the pointer and the keys; the window of this title has the keys from now on.
    pub fn pointer(&self, title: &str) -> Pointer {
        let open = || -> Fallible<Pointer> {
            let keyboard = Keyboard::of(self.display())?;
            let window = keyboard.window(title)?.filter(|_| keyboard.focus(title).unwrap_or_default());
            let window = window.ok_or_else(|| format!("no window \"{title}\" takes the keys"))?;
            let place = keyboard.connection.translate_coordinates(window, keyboard.root, 0, 0)?.reply()?;
            Ok(Pointer { keyboard, origin: (place.dst_x, place.dst_y) })
        };
        open().unwrap_or_else(|error| panic!("no pointer: {error}"))
    }
}

impl Pointer {
    /// Where the window's content begins, in pixels of the screen.
    pub fn origin(&self) -> (i16, i16) {
        self.origin
    }

    /// Moves the pointer there, in pixels of the screen.
    pub fn move_to(&self, (x, y): (i16, i16)) {
        done(self.pointer(MOTION_NOTIFY_EVENT, 0, x, y));
    }

    /// Presses and releases the pointer's first button.
    pub fn click(&self) {
        done(self.button(1));
    }

    /// Turns the wheel by one notch.
    pub fn turn_wheel(&self, down: bool) {
        done(self.button(if down { WHEEL_DOWN } else { WHEEL_UP }));
    }

    /// Presses and releases a key.
    pub fn press(&self, key: impl Into<Keysym>) {
        done(self.keyboard.press(key.into()));
    }

    /// Presses and releases a key while Ctrl is held.
    pub fn press_with_control(&self, key: impl Into<Keysym>) {
        let key = key.into();
        done(self.keyboard.with(CONTROL, |keyboard| keyboard.press(key)));
    }

    fn button(&self, number: u8) -> Fallible<()> {
        self.pointer(BUTTON_PRESS_EVENT, number, 0, 0)?;
        self.pointer(BUTTON_RELEASE_EVENT, number, 0, 0)
    }

    fn pointer(&self, kind: u8, button: u8, x: i16, y: i16) -> Fallible<()> {
        let connection = &self.keyboard.connection;
        connection.xtest_fake_input(kind, button, CURRENT_TIME, NONE, x, y, 0)?.check()?;
        Ok(())
    }
}

fn done(act: Fallible<()>) {
    act.unwrap_or_else(|error| panic!("the display takes no input: {error}"));
}

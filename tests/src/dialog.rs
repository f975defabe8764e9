//! The system's own dialogs, which no web driver reaches: their windows get the keys from the X server itself.

use std::collections::HashMap;
use std::error::Error;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keysym, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::{CURRENT_TIME, NONE};

use crate::app::TestApp;
use crate::wait::until;

pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

const RETURN: Keysym = 0xff0d;
const ESCAPE: Keysym = 0xff1b;
const SHIFT: Keysym = 0xffe1;
pub(crate) const CONTROL: Keysym = 0xffe3;

impl TestApp {
    /// Waits for the dialog of this title, writes `name` in place of what its field suggests, and confirms.
    pub async fn answer_dialog(&self, title: &str, name: &str) {
        self.in_dialog(title, |keyboard| {
            keyboard.with(CONTROL, |keyboard| keyboard.press(u32::from('a')))?;
            keyboard.write(name)?;
            keyboard.press(RETURN)
        })
        .await;
    }

    /// Waits for the dialog of this title and closes it without an answer.
    pub async fn cancel_dialog(&self, title: &str) {
        self.in_dialog(title, |keyboard| keyboard.press(ESCAPE)).await;
    }

    async fn in_dialog(&self, title: &str, act: impl FnOnce(&Keyboard) -> Fallible<()>) {
        let keyboard = Keyboard::of(self.display()).unwrap_or_else(|error| panic!("no keyboard: {error}"));
        let open = format!("the dialog \"{title}\" is open and takes keys");
        until(&open, async || keyboard.focus(title).unwrap_or_default().then_some(())).await;
        act(&keyboard).unwrap_or_else(|error| panic!("the dialog \"{title}\" takes no keys: {error}"));
        let closed = format!("the dialog \"{title}\" has closed");
        until(&closed, async || keyboard.window(title).ok()?.is_none().then_some(())).await;
    }
}

/// The display's keyboard, as if a user pressed it.
pub(crate) struct Keyboard {
    pub(crate) connection: RustConnection,
    pub(crate) root: Window,
    /// For each sign the key's number, and whether it needs Shift.
    keys: HashMap<Keysym, (u8, bool)>,
}

impl Keyboard {
    pub(crate) fn of(display: &str) -> Fallible<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let setup = connection.setup();
        let root = setup.roots.get(screen).ok_or("there is no screen")?.root;
        let first = setup.min_keycode;
        let count = setup.max_keycode - first + 1;
        let mapping = connection.get_keyboard_mapping(first, count)?.reply()?;
        let mut keys = HashMap::new();
        for (number, signs) in
            (first..=setup.max_keycode).zip(mapping.keysyms.chunks(mapping.keysyms_per_keycode.into()))
        {
            for (sign, shifted) in signs.iter().zip([false, true]) {
                keys.entry(*sign).or_insert((number, shifted));
            }
        }
        Ok(Self { connection, root, keys })
    }

    /// The window of this title, if it is on the screen.
    pub(crate) fn window(&self, title: &str) -> Fallible<Option<Window>> {
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            let name =
                self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?;
            let seen = self.connection.get_window_attributes(window)?;
            // A window that has closed in between is none.
            let (Ok(name), Ok(seen)) = (name.reply(), seen.reply()) else { continue };
            if name.value == title.as_bytes() && seen.map_state == MapState::VIEWABLE {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// Gives the window of this title the keys, as a window manager would. There is none here.
    pub(crate) fn focus(&self, title: &str) -> Fallible<bool> {
        let Some(window) = self.window(title)? else { return Ok(false) };
        self.connection.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME)?;
        let focus = self.connection.get_input_focus()?.reply()?.focus;
        // A dialog that is still being drawn may have moved the focus to a window of its own inside.
        Ok(focus == window)
    }

    fn write(&self, text: &str) -> Fallible<()> {
        text.chars().try_for_each(|letter| self.press(u32::from(letter)))
    }

    pub(crate) fn press(&self, sign: Keysym) -> Fallible<()> {
        let (_, shifted) = self.key(sign)?;
        if shifted { self.with(SHIFT, |keyboard| keyboard.stroke(sign)) } else { self.stroke(sign) }
    }

    /// Does something while a key is held.
    pub(crate) fn with(&self, held: Keysym, act: impl FnOnce(&Self) -> Fallible<()>) -> Fallible<()> {
        let (number, _) = self.key(held)?;
        self.send(KEY_PRESS_EVENT, number)?;
        act(self)?;
        self.send(KEY_RELEASE_EVENT, number)
    }

    fn stroke(&self, sign: Keysym) -> Fallible<()> {
        let (number, _) = self.key(sign)?;
        self.send(KEY_PRESS_EVENT, number)?;
        self.send(KEY_RELEASE_EVENT, number)
    }

    fn key(&self, sign: Keysym) -> Fallible<(u8, bool)> {
        self.keys.get(&sign).copied().ok_or_else(|| format!("the keyboard has no key for {sign:#x}").into())
    }

    fn send(&self, kind: u8, key: u8) -> Fallible<()> {
        self.connection.xtest_fake_input(kind, key, CURRENT_TIME, NONE, 0, 0, 0)?.check()?;
        Ok(())
    }
}

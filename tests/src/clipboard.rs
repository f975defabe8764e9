//! The content of the clipboard, requested from the X server as any other program does.

use std::error::Error;

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, CreateWindowAux, WindowClass};

use crate::display::Display;
use crate::wait::within_patience;

impl Display {
    /// The text on the clipboard; empty when there is none.
    pub(crate) async fn clipboard(&self) -> String {
        match self.ask_for_clipboard().await {
            Ok(text) => text,
            Err(error) => panic!("the clipboard cannot be read: {error}"),
        }
    }

    async fn ask_for_clipboard(&self) -> Result<String, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(Some(&self.name))?;
        let atom = |name: &str| connection.intern_atom(false, name.as_bytes());
        let (clipboard, text) = (atom("CLIPBOARD")?.reply()?.atom, atom("UTF8_STRING")?.reply()?.atom);
        let answer = atom("FOUNDATIONAL_TESTS")?.reply()?.atom;
        if connection.get_selection_owner(clipboard)?.reply()?.owner == x11rb::NONE {
            return Ok(String::new());
        }
        let root = connection.setup().roots.get(screen).ok_or("there is no screen")?.root;
        let window = connection.generate_id()?;
        let (class, nothing) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &nothing)?;
        connection.convert_selection(window, clipboard, text, answer, CURRENT_TIME)?;
        connection.flush()?;
        let given = within_patience(async || match connection.poll_for_event() {
            Ok(Some(Event::SelectionNotify(given))) => Some(given.property),
            _ => None,
        })
        .await;
        if given.ok_or("the owner of the clipboard does not answer")? == x11rb::NONE {
            return Ok(String::new());
        }
        // In units of four bytes: a report of a request has some thousand bytes.
        let held = connection.get_property(true, window, answer, AtomEnum::ANY, 0, 65_536)?.reply()?;
        Ok(String::from_utf8(held.value)?)
    }
}

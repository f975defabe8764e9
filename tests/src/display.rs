//! An X server without a screen.

use std::error::Error;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask, MapState,
    Window,
};
use x11rb::rust_connection::RustConnection;

use crate::process::Group;
use crate::wait::{PATIENCE, until};

/// Xvfb on a display number that it chose itself, so that tests can run side by side.
pub(crate) struct Display {
    pub(crate) name: String,
    _server: Group,
}

impl Display {
    pub(crate) async fn start(folder: &Path) -> Self {
        let mut command = Command::new("Xvfb");
        // Without -noreset the server starts over whenever its last client leaves, and turns away the next one.
        command.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
        command.stdout(Stdio::piped());
        let mut server = Group::start(command, &folder.join("xvfb.log"));
        let output = server.child().stdout.take().expect("its output is piped");
        let line = timeout(PATIENCE, BufReader::new(output).lines().next_line()).await;
        let number = line.expect("Xvfb names its display in time").expect("its output can be read");
        let number = number.unwrap_or_else(|| panic!("Xvfb ended: {}", server.output()));
        Self { name: format!(":{}", number.trim()), _server: server }
    }

    /// Asks every window to close, as a window manager does when its button is pressed. There is no manager here.
    pub(crate) fn close_windows(&self) {
        match self.ask_to_close() {
            Ok(count) => assert!(count > 0, "there is a window to close"),
            Err(error) => panic!("the windows cannot be asked to close: {error}"),
        }
    }

    fn ask_to_close(&self) -> Result<u32, Box<dyn Error>> {
        let (connection, root) = self.connect()?;
        let (protocols, delete) =
            (atom(&connection, "WM_PROTOCOLS")?, atom(&connection, "WM_DELETE_WINDOW")?);
        let mut count = 0;
        for window in windows(&connection, root)? {
            let ask = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
            connection.send_event(false, window, EventMask::NO_EVENT, ask)?;
            count += 1;
        }
        // The server answers after it has processed the earlier requests.
        connection.get_input_focus()?.reply()?;
        Ok(count)
    }

    /// Waits until a window is on the screen.
    pub(crate) async fn see_window(&self) {
        until("a window is on the screen", async || (self.on_screen() > 0).then_some(())).await;
    }

    /// Waits until no window is on the screen.
    pub(crate) async fn see_no_window(&self) {
        until("no window is on the screen", async || (self.on_screen() == 0).then_some(())).await;
    }

    /// How many windows with a close button are on the screen.
    pub(crate) fn on_screen(&self) -> usize {
        let count = || -> Result<usize, Box<dyn Error>> {
            let (connection, root) = self.connect()?;
            let mut shown = 0;
            for window in windows(&connection, root)? {
                let state = connection.get_window_attributes(window)?.reply()?.map_state;
                shown += usize::from(state == MapState::VIEWABLE);
            }
            Ok(shown)
        };
        // A window that goes while it is looked at is an error; it is gone at the next look.
        let counted = (0..5).map(|_| count()).find(Result::is_ok).unwrap_or_else(count);
        counted.unwrap_or_else(|error| panic!("the windows cannot be counted: {error}"))
    }

    /// Listens, in a window manager's place, for a window that wants to be minimised.
    pub(crate) fn manage(&self) -> Manager {
        let begin = || -> Result<Manager, Box<dyn Error>> {
            let (connection, root) = self.connect()?;
            let wanted = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
            connection.change_window_attributes(root, &wanted)?.check()?;
            let change = atom(&connection, "WM_CHANGE_STATE")?;
            Ok(Manager { connection, change })
        };
        begin().unwrap_or_else(|error| panic!("the windows cannot be watched: {error}"))
    }

    fn connect(&self) -> Result<(RustConnection, Window), Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(Some(&self.name))?;
        let root = connection.setup().roots.get(screen).ok_or("there is no screen")?.root;
        Ok((connection, root))
    }
}

/// Hears what windows ask of a window manager.
pub struct Manager {
    connection: RustConnection,
    change: Atom,
}

impl Manager {
    /// Waits until a window asks to be minimised.
    pub async fn see_minimised(&self) {
        /// The state of a minimised window, by the convention of all managers.
        const ICONIC: u32 = 3;
        until("the window asks to be minimised", async || {
            while let Some(event) = self.connection.poll_for_event().expect("the display is there") {
                if let Event::ClientMessage(message) = event
                    && message.type_ == self.change
                    && message.data.as_data32()[0] == ICONIC
                {
                    return Some(());
                }
            }
            None
        })
        .await;
    }
}

/// The windows that can be asked to close.
fn windows(connection: &RustConnection, root: Window) -> Result<Vec<Window>, Box<dyn Error>> {
    let (protocols, delete) = (atom(connection, "WM_PROTOCOLS")?, atom(connection, "WM_DELETE_WINDOW")?);
    let mut found = Vec::new();
    for window in connection.query_tree(root)?.reply()?.children {
        let taken = connection.get_property(false, window, protocols, AtomEnum::ATOM, 0, 32)?.reply()?;
        if taken.value32().is_some_and(|mut atoms| atoms.any(|atom| atom == delete)) {
            found.push(window);
        }
    }
    Ok(found)
}

fn atom(connection: &RustConnection, name: &str) -> Result<Atom, ReplyOrIdError> {
    Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
}

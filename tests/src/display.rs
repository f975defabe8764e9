//! An X server without a screen.

use std::error::Error;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask};

use crate::process::Group;
use crate::wait::PATIENCE;

/// Xvfb on a display number that it chose itself, so that tests can run side by side.
pub(crate) struct Display {
    pub(crate) name: String,
    _server: Group,
}

impl Display {
    pub(crate) async fn start(folder: &Path) -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]);
        command.stdout(Stdio::piped());
        let mut server = Group::start(command, &folder.join("xvfb.log"));
        let said = server.child().stdout.take().expect("its output is piped");
        let line = timeout(PATIENCE, BufReader::new(said).lines().next_line()).await;
        let number = line.expect("Xvfb names its display in time").expect("its output can be read");
        let number = number.unwrap_or_else(|| panic!("Xvfb ended: {}", server.said()));
        Self { name: format!(":{}", number.trim()), _server: server }
    }

    /// Asks every window to close, as a window manager does when its button is pressed. There is no manager here.
    pub(crate) fn close_windows(&self) {
        match self.ask_to_close() {
            Ok(asked) => assert!(asked > 0, "there is a window to close"),
            Err(error) => panic!("the windows cannot be asked to close: {error}"),
        }
    }

    fn ask_to_close(&self) -> Result<u32, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(Some(&self.name))?;
        let atom = |name: &str| {
            Ok::<_, ReplyOrIdError>(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
        };
        let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
        let root = connection.setup().roots.get(screen).ok_or("there is no screen")?.root;
        let mut asked = 0;
        for window in connection.query_tree(root)?.reply()?.children {
            let taken = connection.get_property(false, window, protocols, AtomEnum::ATOM, 0, 32)?.reply()?;
            if taken.value32().is_some_and(|mut atoms| atoms.any(|atom| atom == delete)) {
                let ask = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
                connection.send_event(false, window, EventMask::NO_EVENT, ask)?;
                asked += 1;
            }
        }
        // An answer to anything says that the server has taken what came before.
        connection.get_input_focus()?.reply()?;
        Ok(asked)
    }
}

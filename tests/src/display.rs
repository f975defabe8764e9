//! An X server without a screen.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

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
}

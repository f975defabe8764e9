//! The program on a data folder of a test, until the test kills it.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::paths::built;
use crate::wait::until;

/// The program with these arguments on this data folder, with no output.
pub fn program_on(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(built("foundational"));
    command.args(arguments).arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A process. Dropping it kills it (`kill -9`), and waits until it has ended.
pub struct KillOnDrop(Child);

impl KillOnDrop {
    /// Starts a program.
    pub fn start(mut command: Command) -> Self {
        Self(command.spawn().expect("it can be started"))
    }

    /// Starts a program that serves this data folder, and waits until it does.
    pub async fn serve(command: Command, data: &Path) -> Self {
        let bridge = data.join("bridge.json");
        // A process that was killed leaves it.
        drop(std::fs::remove_file(&bridge));
        let server = Self::start(command);
        until("the server is up", async || bridge.is_file().then_some(())).await;
        server
    }
}

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

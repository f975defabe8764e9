//! A child process with all its descendants.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// A process in a group of its own. Dropping it ends the whole group, so that a driver's own children and the
/// app it started go with it.
pub(crate) struct Group {
    child: Child,
    id: Pid,
    log: PathBuf,
}

impl Group {
    /// Starts the command; what it says goes to a file, shown when the test fails.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        let file = File::create(log).expect("the log file can be made");
        let name = command.as_std().get_program().display().to_string();
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).expect("it runs");
        Self { child, id, log: log.to_owned() }
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// What it wrote to its standard error so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It may be gone already, which is as good.
        let _ = kill_process_group(self.id, Signal::KILL);
        if std::thread::panicking() {
            eprintln!("--- {}\n{}", self.log.display(), self.output());
        }
    }
}

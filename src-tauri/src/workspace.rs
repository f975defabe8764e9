//! The core once it is open, or why it cannot be opened.

use foundational::error::{Code, Error};
use foundational::{Foundational, Options, SecondStart};
use tokio::sync::watch;

/// How far opening is.
#[derive(Clone)]
pub(crate) enum Stage {
    Opening,
    Open(Foundational),
    Failed { error: Error, exit_code: u8 },
}

/// The workspace of this launch: its options, and its core once it is open.
pub(crate) struct Workspace {
    options: Options,
    start: SecondStart,
    stage: watch::Sender<Stage>,
}

impl Workspace {
    pub(crate) fn of(options: Options, start: SecondStart) -> Self {
        Self { options, start, stage: watch::channel(Stage::Opening).0 }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// What this launch wants of an app that already has the folder.
    pub(crate) fn start(&self) -> &SecondStart {
        &self.start
    }

    /// Waits for the core.
    pub(crate) async fn core(&self) -> Result<Foundational, Error> {
        let mut changes = self.stage.subscribe();
        let stage = changes.wait_for(|stage| !matches!(stage, Stage::Opening)).await;
        match stage.as_deref() {
            Ok(Stage::Open(core)) => Ok(core.clone()),
            Ok(Stage::Failed { error, .. }) => Err(error.clone()),
            Ok(Stage::Opening) | Err(_) => Err(Error::new(Code::Unavailable, "Foundational is closing.")),
        }
    }

    /// The core, if it is open by now.
    pub(crate) fn now(&self) -> Option<Foundational> {
        match &*self.stage.borrow() {
            Stage::Open(core) => Some(core.clone()),
            Stage::Opening | Stage::Failed { .. } => None,
        }
    }

    /// The exit code of an app that could not open its workspace: its window only says so, and closing it ends the app.
    pub(crate) fn failed(&self) -> Option<u8> {
        match &*self.stage.borrow() {
            Stage::Failed { exit_code, .. } => Some(*exit_code),
            Stage::Opening | Stage::Open(_) => None,
        }
    }

    pub(crate) fn set(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    /// Back to opening, when it had failed. Answers whether it had.
    pub(crate) fn retry(&self) -> bool {
        self.stage.send_if_modified(|stage| {
            let failed = matches!(stage, Stage::Failed { .. });
            if failed {
                *stage = Stage::Opening;
            }
            failed
        })
    }
}

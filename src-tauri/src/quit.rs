//! Quitting in order: requests under way finish, everything is committed, the data folder is released.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager as _};

use crate::workspace::Workspace;

/// The core lets requests finish for 10 s; what takes longer than this is not going to end by itself.
const LONGEST: Duration = Duration::from_secs(15);

const RUNNING: u8 = 0;
const QUITTING: u8 = 1;
const DONE: u8 = 2;

/// Whether the app quits.
#[derive(Default)]
pub(crate) struct Quitting(AtomicU8);

impl Quitting {
    /// The core has ended, so the app may.
    pub(crate) fn is_done(&self) -> bool {
        self.0.load(Ordering::Acquire) == DONE
    }

    /// The app ends, or has ended.
    pub(crate) fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire) != RUNNING
    }

    pub(crate) fn done(&self) {
        self.0.store(DONE, Ordering::Release);
    }

    /// True for the first caller.
    fn start(&self) -> bool {
        self.0.compare_exchange(RUNNING, QUITTING, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// Ends the core and then the app with this exit code. Asking twice is the same as asking once.
pub(crate) fn begin(app: &AppHandle, code: i32) {
    if !app.state::<Quitting>().start() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // A core that is still opening has nothing under way; the lock goes with the process.
        if let Some(core) = app.state::<Workspace>().now()
            && tokio::time::timeout(LONGEST, core.close()).await.is_err()
        {
            tracing::error!("closing took too long and was cut");
        }
        app.state::<Quitting>().done();
        app.exit(code);
    });
}

/// The user quits, and has answered the questions of the page.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn quit(app: AppHandle) {
    begin(&app, app.state::<Workspace>().failed().unwrap_or(0).into());
}

/// Ends in order when the system asks: logout, shutdown, Ctrl-C.
pub(crate) fn on_signals(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        signal().await;
        begin(&app, 0);
    });
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{self, SignalKind};
    match unix::signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be waited for");
            drop(tokio::signal::ctrl_c().await);
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}

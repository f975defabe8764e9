//! Ending in order: requests under way finish, everything is committed, the data folder is released.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager as _};

use crate::opening::Opening;

/// The core lets requests finish for 10 s; what takes longer than this is not going to end by itself.
const LONGEST: Duration = Duration::from_secs(15);

const RUNNING: u8 = 0;
const ENDING: u8 = 1;
const DONE: u8 = 2;

/// How far the app's end has come.
#[derive(Default)]
pub(crate) struct Ending(AtomicU8);

impl Ending {
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

    /// True for whoever comes first.
    fn start(&self) -> bool {
        self.0.compare_exchange(RUNNING, ENDING, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// Ends the core and then the app with this exit code. Asking twice is the same as asking once.
pub(crate) fn begin(app: &AppHandle, code: i32) {
    if !app.state::<Ending>().start() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // A core that is still opening has nothing under way; the lock goes with the process.
        if let Some(core) = app.state::<Opening>().now()
            && tokio::time::timeout(LONGEST, core.close()).await.is_err()
        {
            tracing::error!("closing took too long and was cut");
        }
        app.state::<Ending>().done();
        app.exit(code);
    });
}

/// The person wants the app to end; the page has asked what there was to ask.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn quit(app: AppHandle) {
    begin(&app, app.state::<Opening>().failed().unwrap_or(0).into());
}

/// Ends in order when the system asks: logout, shutdown, Ctrl-C.
pub(crate) fn on_signals(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        asked().await;
        begin(&app, 0);
    });
}

#[cfg(unix)]
async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
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
async fn asked() {
    drop(tokio::signal::ctrl_c().await);
}

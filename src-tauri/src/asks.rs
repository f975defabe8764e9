//! What the shell asks of the page, and what becomes of it when no page hears: the window may be closed and the app
//! quit whatever state the page is in.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use tauri::{AppHandle, Emitter as _, Manager as _};
use ts_rs::TS;

use crate::{ending, window};

/// A page that has not taken a question by then does not run.
const PATIENCE: Duration = Duration::from_secs(5);
/// The action that ends the app.
const QUIT: &str = "quit";

/// Something that the system, the tray, the menu or another launch wants of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "what", rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum Ask {
    /// The window's close button was pressed.
    Close,
    /// An item of the tray or of the menu was chosen.
    Action { id: String },
    /// An address of the `foundational:` scheme was opened.
    Link { address: String },
}

/// How many questions were asked, and up to which the page has heard.
#[derive(Default)]
pub(crate) struct Asks {
    asked: AtomicU64,
    heard: AtomicU64,
}

/// Asks the page. When nobody hears, the window is put away, the app quits, or the window shows why nothing happens.
pub(crate) fn ask(app: &AppHandle, ask: Ask) {
    let number = app.state::<Asks>().asked.fetch_add(1, Ordering::AcqRel) + 1;
    if let Err(error) = app.emit("ask", &ask) {
        tracing::warn!(%error, "a question did not reach the page");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if app.state::<Asks>().heard.load(Ordering::Acquire) >= number {
            return;
        }
        tracing::warn!(?ask, "the page does not hear");
        match ask {
            Ask::Close => window::put_away(&app),
            Ask::Action { id } if id == QUIT => ending::begin(&app, 0),
            Ask::Action { .. } | Ask::Link { .. } => window::focus(&app),
        }
    });
}

/// The page has heard everything that was asked so far.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn heard(app: AppHandle) {
    let asks = app.state::<Asks>();
    asks.heard.store(asks.asked.load(Ordering::Acquire), Ordering::Release);
}

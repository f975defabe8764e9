//! What the shell asks of the page, and what happens when the page does not run: the window can be closed and the app
//! can quit in any state of the page.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use tauri::{AppHandle, Emitter as _, Manager as _};
use ts_rs::TS;

use crate::{quit, window};

/// A page that has not received a request by then does not run.
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

/// How many requests were sent, and how many the page has received.
#[derive(Default)]
pub(crate) struct PageRequests {
    sent: AtomicU64,
    received: AtomicU64,
}

/// Asks the page. When the page does not answer, the shell puts the window away, quits, or shows the window.
pub(crate) fn ask(app: &AppHandle, ask: Ask) {
    let number = app.state::<PageRequests>().sent.fetch_add(1, Ordering::AcqRel) + 1;
    if let Err(error) = app.emit("ask", &ask) {
        tracing::warn!(%error, "a request did not reach the page");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if app.state::<PageRequests>().received.load(Ordering::Acquire) >= number {
            return;
        }
        tracing::warn!(?ask, "the page does not answer");
        match ask {
            Ask::Close => window::put_away(&app),
            Ask::Action { id } if id == QUIT => quit::begin(&app, 0),
            Ask::Action { .. } | Ask::Link { .. } => window::focus(&app),
        }
    });
}

/// An item of the tray or of the menu was chosen.
pub(crate) fn choose(app: &AppHandle, id: &str) {
    ask(app, Ask::Action { id: id.to_owned() });
}

/// The page has received everything that was sent so far.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn heard(app: AppHandle) {
    let requests = app.state::<PageRequests>();
    requests.received.store(requests.sent.load(Ordering::Acquire), Ordering::Release);
}

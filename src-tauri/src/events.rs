//! Live messages from the core to the page.

use foundational::Foundational;
use foundational::views::{Event, Topic};
use tauri::{AppHandle, Emitter as _};
use tokio::sync::broadcast::error::RecvError;

/// Has the page ask for everything again.
pub(crate) fn ask_again(app: &AppHandle) {
    if let Err(error) = app.emit("event", Event { topic: Topic::Lagged, connection_id: None, id: None }) {
        tracing::warn!(%error, "an event did not reach the page");
    }
}

/// Forwards until the core has closed. A page that missed events gets one that says so, and asks again.
pub(crate) fn forward(app: &AppHandle, core: &Foundational) {
    let app = app.clone();
    let mut events = core.events();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => Event { topic: Topic::Lagged, connection_id: None, id: None },
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = app.emit("event", event) {
                tracing::warn!(%error, "an event did not reach the page");
            }
        }
    });
}

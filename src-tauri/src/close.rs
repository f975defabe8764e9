//! Closing the window, by its button or from the page.

use tauri::{AppHandle, Manager as _, WindowEvent};

use crate::page_request::{Ask, ask};
use crate::quit;
use crate::workspace::Workspace;

/// The close button hides the window after a question to the page; the server continues. An app that could not open
/// has nothing to go on with.
pub(crate) fn on_event(window: &tauri::Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        api.prevent_close();
        close(window.app_handle());
    }
}

/// Closes the window as its button does.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn close_window(app: AppHandle) {
    close(&app);
}

fn close(app: &AppHandle) {
    match app.state::<Workspace>().failed() {
        Some(code) => quit::begin(app, code.into()),
        None => ask(app, Ask::Close),
    }
}

//! What the page needs to know of the desktop it runs on, and what it may ask of it.

use foundational::error::{Code, Error};
use serde::Serialize;
use tauri::{AppHandle, Manager as _, State};
use ts_rs::TS;

use crate::start_at_sign_in::{self, AtLogin};
use crate::window::{self, Hidden};
use crate::workspace::Workspace;
use crate::{links, log, opener};

/// The state outside the page.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Desktop {
    /// Closing hides the window, because something shows it again. Elsewhere closing minimises it.
    pub(crate) hides: bool,
    /// This launch wants no window yet.
    pub(crate) hidden: bool,
    /// An address that was opened before the page was there. It is given once.
    pub(crate) link: Option<String>,
    /// What the system says about starting at sign-in; nothing for a launch with a folder of its own.
    pub(crate) at_login: Option<AtLogin>,
}

/// Asked by the page when it begins, and by Settings each time they open.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn desktop(app: AppHandle) -> Desktop {
    Desktop {
        hides: window::hides(&app),
        hidden: app.state::<Hidden>().is_on(),
        link: links::take(&app),
        at_login: start_at_sign_in::state(&app),
    }
}

/// Opens the folder with the log in the system's file manager. The page cannot name another one.
#[tauri::command]
pub(crate) async fn open_logs() -> Result<(), Error> {
    let folder = log::folder().ok_or_else(|| {
        Error::new(Code::Unavailable, "There is no log yet: it begins when the data folder is open.")
    })?;
    opener::open_folder(&folder).await
}

/// Opens a page of an identity provider's console, or the support contact, in the browser or the mail program. The page of the
/// window can name no other address.
#[tauri::command]
pub(crate) async fn open_page(workspace: State<'_, Workspace>, address: String) -> Result<(), Error> {
    let contact = workspace.core().await?.desktop().support_address().await?;
    opener::open_page(&address, contact.as_deref()).await
}

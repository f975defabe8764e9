//! Starting when the person signs in, with or without the window. What holds is what the system says: it is asked each
//! time, because the person may change it there.

#[cfg_attr(target_os = "linux", path = "at_login/entry.rs")]
#[cfg_attr(not(target_os = "linux"), path = "at_login/system.rs")]
mod kept;

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _};
use ts_rs::TS;

/// The argument of a launch without the window.
const HIDDEN: &str = "--hidden";

/// Two settings of their own: the second says something only when the first is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct AtLogin {
    pub(crate) starts: bool,
    pub(crate) hidden: bool,
}

/// Whether this launch is the plain app: one with a folder of its own is not what starts at sign-in.
pub(crate) struct Plain(pub(crate) bool);

/// What the system says.
pub(crate) fn state(app: &AppHandle) -> Option<AtLogin> {
    if !app.state::<Plain>().0 {
        return None;
    }
    match kept::read() {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::warn!(error, "what starts at sign-in cannot be read");
            None
        }
    }
}

/// Changes it, and says what the system says afterwards.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn set_at_login(app: AppHandle, wanted: AtLogin) -> Result<Option<AtLogin>, String> {
    if app.state::<Plain>().0 {
        kept::write(wanted)?;
    }
    Ok(state(&app))
}

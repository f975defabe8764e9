//! Starting when the person signs in, with or without the window. The state is read from the system each
//! time, because the user may change it there.

mod settings;
#[cfg_attr(target_os = "linux", path = "start_at_sign_in/entry.rs")]
#[cfg_attr(not(target_os = "linux"), path = "start_at_sign_in/system.rs")]
mod system;

pub(crate) use settings::AtLogin;
use tauri::{AppHandle, Manager as _};

/// Whether this launch is the plain app: one with a folder of its own is not what starts at sign-in.
pub(crate) struct Plain(pub(crate) bool);

/// What the system says.
pub(crate) fn state(app: &AppHandle) -> Option<AtLogin> {
    if !app.state::<Plain>().0 {
        return None;
    }
    match system::read() {
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
        system::write(wanted)?;
    }
    Ok(state(&app))
}

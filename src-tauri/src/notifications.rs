//! Notifications of the operating system. The core says what to show and in which words; a click leads to its place in
//! the window.

use std::time::Duration;

use foundational::{Caller, Foundational, Notification};
use tauri::{AppHandle, Manager as _};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::window;

#[cfg_attr(target_os = "linux", path = "notifications/bus.rs")]
#[cfg_attr(not(target_os = "linux"), path = "notifications/system.rs")]
mod shown;

pub(crate) use shown::Notifications;

/// What happens within this time is shown together.
const PAUSE: Duration = Duration::from_secs(2);
/// Some causes are due by time alone.
const ROUND: Duration = Duration::from_mins(1);

/// Shows what is due from now on, for as long as the app runs.
pub(crate) fn follow(app: &AppHandle, core: &Foundational) {
    let (app, core) = (app.clone(), core.clone());
    let mut events = core.events();
    tauri::async_runtime::spawn(async move {
        loop {
            show_due(&app, &core).await;
            tokio::time::sleep(PAUSE).await;
            if let Ok(Err(RecvError::Closed)) = tokio::time::timeout(ROUND, events.recv()).await {
                return;
            }
            while matches!(events.try_recv(), Ok(_) | Err(TryRecvError::Lagged(_))) {}
            // Another core took its place.
            if core.has_closed() {
                return;
            }
        }
    });
}

/// What cannot be shown now is due the next time as well.
async fn show_due(app: &AppHandle, core: &Foundational) {
    let due = match core.desktop().due_notifications(&Caller::Window(window::LABEL.to_owned())).await {
        Ok(due) => due,
        Err(error) => return tracing::debug!(%error, "the notifications that are due cannot be read"),
    };
    for notice in due {
        if let Err(error) = app.state::<Notifications>().show(app, &notice).await {
            return tracing::debug!(error, "nothing shows notifications here");
        }
        if let Err(error) = core.desktop().notification_shown(&notice).await {
            return tracing::warn!(%error, "it cannot be stored that a notification was shown");
        }
    }
}

/// Whether anything shows notifications at this moment.
#[tauri::command]
pub(crate) async fn notifications_work(app: AppHandle) -> bool {
    app.state::<Notifications>().work().await
}

/// Shows one, so that a person sees whether and where they appear.
#[tauri::command]
pub(crate) async fn try_notification(app: AppHandle) -> Result<(), String> {
    app.state::<Notifications>().show(&app, &Notification::trial()).await
}

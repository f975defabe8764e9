//! Notifications of the operating system. The core says what is to be told and in which words; here it is shown, and a
//! click on it leads to its place in the window.

use std::time::Duration;

use foundational::{Caller, Foundational, Notice};
use tauri::{AppHandle, Manager as _};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::{links, window};

#[cfg_attr(target_os = "linux", path = "notices/bus.rs")]
#[cfg_attr(not(target_os = "linux"), path = "notices/system.rs")]
mod shown;

pub(crate) use shown::Notices;

/// What happens within so short a time is looked at together.
const PAUSE: Duration = Duration::from_secs(2);
/// Some causes come by time alone.
const ROUND: Duration = Duration::from_mins(1);

/// Tells what is due from now on, for as long as the app runs.
pub(crate) fn follow(app: &AppHandle, core: &Foundational) {
    let (app, core) = (app.clone(), core.clone());
    let mut events = core.events();
    tauri::async_runtime::spawn(async move {
        loop {
            tell(&app, &core).await;
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
async fn tell(app: &AppHandle, core: &Foundational) {
    let due = match core.due_notices(&Caller::Window(window::LABEL.to_owned())).await {
        Ok(due) => due,
        Err(error) => return tracing::debug!(%error, "what is to be told cannot be read"),
    };
    for notice in due {
        if let Err(error) = app.state::<Notices>().show(app, &notice).await {
            return tracing::debug!(error, "nothing shows notifications here");
        }
        if let Err(error) = core.notice_told(&notice).await {
            return tracing::warn!(%error, "it cannot be kept that something was told");
        }
    }
}

/// Shows the place of a notification that was clicked on, once somebody is there who may see it.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux says what was clicked on"))]
fn clicked(app: &AppHandle, place: &str) {
    window::focus(app);
    links::open(app, format!("foundational://{place}"));
}

/// Whether anything shows notifications at this moment.
#[tauri::command]
pub(crate) async fn notifications_work(app: AppHandle) -> bool {
    app.state::<Notices>().work().await
}

/// Shows one, so that a person sees whether and where they appear.
#[tauri::command]
pub(crate) async fn try_notification(app: AppHandle) -> Result<(), String> {
    app.state::<Notices>().show(&app, &Notice::trial()).await
}

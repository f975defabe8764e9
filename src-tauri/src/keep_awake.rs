//! Keeping this computer awake while it serves, if an Admin wants that and the system supports it.

use foundational::error::{Code, Error};
use foundational::{Caller, Foundational};
use serde_json::json;
use tauri::{AppHandle, Manager as _, State, WebviewWindow};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::workspace::Workspace;

#[cfg_attr(target_os = "linux", path = "keep_awake/logind.rs")]
#[cfg_attr(not(target_os = "linux"), path = "keep_awake/unsupported.rs")]
mod system;

pub(crate) use system::Awake;

/// Asks the system for it, or releases it, whenever the settings or the state of the server change.
pub(crate) fn follow(app: &AppHandle, core: &Foundational) {
    let (app, core) = (app.clone(), core.clone());
    let mut events = core.events();
    tauri::async_runtime::spawn(async move {
        loop {
            if let Err(error) = apply(&app, &core).await {
                tracing::warn!(error, "this computer may go to sleep");
            }
            if let Err(RecvError::Closed) = events.recv().await {
                return;
            }
            while matches!(events.try_recv(), Ok(_) | Err(TryRecvError::Lagged(_))) {}
        }
    });
}

async fn apply(app: &AppHandle, core: &Foundational) -> Result<(), String> {
    match core.desktop().wants_awake().await {
        Ok(wanted) => app.state::<Awake>().hold(wanted).await,
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the system itself says that this app keeps the computer awake; `None` where it cannot say.
#[tauri::command]
pub(crate) async fn is_awake(app: AppHandle) -> Option<bool> {
    app.state::<Awake>().is_held().await
}

/// Changes it, for an Admin. When the system refuses, the setting is off again.
#[tauri::command]
pub(crate) async fn keep_awake(
    window: WebviewWindow,
    workspace: State<'_, Workspace>,
    on: bool,
) -> Result<(), Error> {
    let core = workspace.core().await?;
    let caller = Caller::Window(window.label().to_owned());
    core.call(&caller, "awake.set", json!({ "on": on })).await?;
    if let Err(why) = apply(window.app_handle(), &core).await {
        core.call(&caller, "awake.set", json!({ "on": false })).await?;
        return Err(Error::new(
            Code::Unavailable,
            format!("The system does not keep this computer awake: {why}"),
        )
        .hinting("Its own energy settings say when it sleeps."));
    }
    Ok(())
}

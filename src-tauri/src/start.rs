//! Opens the core at the same time as the window, so that neither waits for the other.

use std::sync::Arc;

use foundational::error::{Code, Error};
use foundational::{Foundational, OpenError, Reply, left_behind};
use tauri::{AppHandle, Manager as _};

use crate::keychain::SystemKeychain;
use crate::quit::Quitting;
use crate::workspace::{Stage, Workspace};
use crate::{crash, events, keep_awake, log, notifications, quit, second_start, terminal};

/// Opens the core, and serves.
pub(crate) fn begin(app: &AppHandle) {
    open(app, false);
}

fn open(app: &AppHandle, again: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let workspace = app.state::<Workspace>();
        let options = workspace.options().clone();
        let keychain = SystemKeychain::of(&options.data);
        let folder = options.data.clone();
        // The marker of the last run is there until this one has opened.
        let crashed = left_behind(&folder).and_then(|began| crash::last_since(&folder, began));
        let opened =
            if again { Foundational::open_again(options).await } else { Foundational::open(options).await };
        let core = match opened {
            Ok(core) => core,
            Err(error) => return failed(&app, &error).await,
        };
        log::keep_in(&folder);
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "opened");
        if let Some(at) = crashed
            && let Err(error) = core.desktop().ended_unexpectedly(at).await
        {
            tracing::warn!(%error, "the unexpected end of the last run is not shown");
        }
        core.access().use_keychain(Arc::new(keychain));
        // From here on the page gets answers; serving starts at the same time.
        events::forward(&app, &core);
        notifications::follow(&app, &core);
        second_start::listen(&app, &core);
        keep_awake::follow(&app, &core);
        workspace.set(Stage::Open(core.clone()));
        if let Err(error) = core.serve().await {
            tracing::error!(%error, "the bridge for the command line does not run");
        }
        if again {
            // The page knows another workspace.
            events::ask_again(&app);
        }
        core.replaced().await;
        if app.state::<Quitting>().has_begun() {
            return;
        }
        // The page waits for the next core, as it did for the first.
        workspace.set(Stage::Opening);
        core.close().await;
        open(&app, true);
    });
}

/// Tries again after it failed: the other instance may have ended, the folder may be writable now.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn try_again(app: AppHandle) {
    if app.state::<Workspace>().retry() {
        begin(&app);
    }
}

/// It cannot be opened. When an app has the folder, that one shows its window and this one ends; else the window says
/// why nothing can be shown here.
async fn failed(app: &AppHandle, error: &OpenError) {
    let workspace = app.state::<Workspace>();
    let mut failure = Error::new(Code::Unavailable, error.to_string());
    if !error.hint().is_empty() {
        failure = failure.hinting(error.hint());
    }
    if error.is_held() {
        match second_start::ask(&workspace).await {
            Reply::Done => return quit::begin(app, 0),
            Reply::Free => return open(app, true),
            Reply::Refused(why) => {
                failure.message = format!("{}. {}", failure.message, why.message);
                failure.hint = why.hint.or(failure.hint);
            }
        }
    }
    terminal::say(&failure.message, failure.hint.as_deref().unwrap_or_default());
    workspace.set(Stage::Failed { error: failure, exit_code: error.exit_code() });
}

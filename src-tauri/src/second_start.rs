//! A second start while the app runs: it shows the window of the first and ends. Where there is a session bus the first
//! is reached by it; everywhere it is reached over the bridge of the data folder.

use std::time::Duration;

use foundational::{Foundational, Reply, SecondStart, ask_running};
use tauri::AppHandle;

use crate::arguments::Arguments;
use crate::workspace::Workspace;
use crate::{links, window};

/// How long an app may take to start, or to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Before anything is opened: true when the app that runs has done what this start wants.
pub(crate) fn is_done_by_another(arguments: &Arguments) -> bool {
    let data = arguments.options().data;
    let start = arguments.start();
    let reply = ask_running(&data, &start, Duration::ZERO);
    matches!(tauri::async_runtime::block_on(reply), Reply::Done)
}

/// What the process that has the data folder answers, once it has started.
pub(crate) async fn ask(workspace: &Workspace) -> Reply {
    ask_running(&workspace.options().data, workspace.start(), PATIENCE).await
}

/// Does what second starts ask over the bridge, for as long as this core is open.
pub(crate) fn listen(app: &AppHandle, core: &Foundational) {
    let app = app.clone();
    let mut requests = core.desktop().second_starts();
    tauri::async_runtime::spawn(async move {
        while let Some(request) = requests.recv().await {
            // A second start that waits no longer says so itself.
            drop(request.answer.send(launched(&app, request.start)));
        }
    });
}

/// What a second start's arguments say, as the session bus brings them.
pub(crate) fn launched_with(app: &AppHandle, arguments: &[String]) {
    let start = SecondStart {
        hidden: arguments.iter().any(|argument| argument == "--hidden"),
        link: links::among(arguments.iter().map(String::as_str)),
    };
    if let Err(why) = launched(app, start) {
        tracing::warn!(why, "a second start did not show the window");
    }
}

/// Shows the window, unless the start is the one at sign-in, and brings a place to go to.
fn launched(app: &AppHandle, start: SecondStart) -> Result<(), String> {
    if !start.hidden {
        window::bring_to_front(app).map_err(|error| error.to_string())?;
    }
    if let Some(address) = start.link {
        links::open(app, address);
    }
    Ok(())
}

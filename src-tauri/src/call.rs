//! The page's one way to the core.

use foundational::Caller;
use foundational::error::Error;
use serde_json::Value;
use tauri::{State, WebviewWindow};

use crate::workspace::Workspace;

/// Does a command of the table for the window that asks. A refusal arrives in the page as the error object itself,
/// and so does the reason why there is no core.
#[tauri::command]
pub(crate) async fn call(
    window: WebviewWindow,
    workspace: State<'_, Workspace>,
    command: String,
    args: Value,
) -> Result<Value, Error> {
    let core = workspace.core().await?;
    core.call(&Caller::Window(window.label().to_owned()), &command, args).await
}

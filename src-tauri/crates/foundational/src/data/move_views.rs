//! What a move to a server is asked with, and its answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::data::backup_views::BackupView;

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct MoveToServer {
    /// The whole path of a file that is not there yet.
    pub to: String,
}

/// The file that was written.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MovedFile {
    pub file: BackupView,
    /// The command that takes it on the server, from the folder that has it.
    pub next: String,
}

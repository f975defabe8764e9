//! What a move to a server is asked with. Its answer is the file, as a backup.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct MoveToServer {
    /// The whole path of a file that is not there yet.
    pub to: String,
}

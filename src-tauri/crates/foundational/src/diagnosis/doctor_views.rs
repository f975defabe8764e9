//! The lines of the doctor.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One line of `foundational doctor`.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DoctorLine {
    pub level: Level,
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Level {
    Ok,
    Warning,
    Problem,
}

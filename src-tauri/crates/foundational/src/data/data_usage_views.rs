//! What the UI sees of the workspace's own files.

use serde::{Deserialize, Serialize};
use store::RecordedBodies;
use ts_rs::TS;

use crate::diagnosis::finding::Finding;

/// What is stored, for how long, and how much room it takes.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DataView {
    pub folder: String,
    pub databases: Vec<DatabaseSize>,
    /// Bodies of requests and answers.
    pub body_days: u32,
    /// What of the bodies of the requests to come is recorded.
    pub bodies: RecordedBodies,
    pub request_days: u32,
    /// How large the request log may become, in megabytes of a million bytes.
    pub log_megabytes: u32,
    pub history_years: u32,
    /// People and groups that were deleted.
    pub deleted_days: u32,
    /// What is wrong with this computer's clock, by which all of that counts.
    pub clock: Option<Finding>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DatabaseSize {
    /// `foundational.db`: people, groups, history and settings; `activity.db`: requests.
    pub file: String,
    pub bytes: u64,
}

/// How large the request log may become.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LogLimit {
    /// In megabytes of a million bytes.
    pub megabytes: u32,
}

/// What of the bodies of requests and answers is recorded, from the next request on.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct BodiesChoice {
    pub bodies: RecordedBodies,
}

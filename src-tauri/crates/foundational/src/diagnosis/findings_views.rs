//! What the UI sees of all findings.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::diagnosis::finding::{Finding, FindingCode};

/// Everything that is found, what was found before, and what is right.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Findings {
    /// The most pressing first.
    pub findings: Vec<Finding>,
    /// Those that an Admin has hidden, with the end of that.
    pub hidden: Vec<HiddenFinding>,
    /// What was found and is over, newest first.
    pub past: Vec<PastFinding>,
    /// What was checked and is right, as sentences.
    pub checks: Vec<String>,
    #[ts(type = "string")]
    pub checked_at: Timestamp,
}

/// A finding that is hidden for some days.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HiddenFinding {
    pub finding: Finding,
    #[ts(type = "string")]
    pub until: Timestamp,
}

/// A finding that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PastFinding {
    pub id: String,
    /// The word of its [`FindingCode`]: an older version may have had others.
    pub code: String,
    pub message: String,
    #[ts(type = "string")]
    pub found_at: Timestamp,
    #[ts(type = "string")]
    pub ended_at: Timestamp,
}

impl PastFinding {
    pub(crate) fn new(id: &str, code: FindingCode, message: &str, found_at: Timestamp) -> Self {
        let (id, code, message) = (id.to_owned(), code.as_str().to_owned(), message.to_owned());
        Self { id, code, message, found_at, ended_at: found_at }
    }
}

//! What the UI sees of held removals.

use jiff::Timestamp;
use serde::Serialize;
use store::HoldAnswer;
use ts_rs::TS;

/// The removals of a connection that are held, or were allowed and have not arrived again.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HoldView {
    /// "12 removals wait for your answer."
    pub headline: String,
    /// What that means and what follows.
    pub meaning: String,
    /// When the connection is paused unless an Admin answers.
    #[ts(type = "string | null")]
    pub pauses_at: Option<Timestamp>,
    pub answer: Option<HoldAnswer>,
    /// How many removals are to be done.
    pub total: u64,
    /// How many of them are being done here.
    pub applying: u64,
    /// The first 200 of them, the oldest first.
    pub rows: Vec<HeldRemovalView>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HeldRemovalView {
    /// "Deactivate Ada Lovelace".
    pub text: String,
    pub person_id: Option<String>,
    pub group_id: Option<String>,
    /// The newest request for it.
    #[ts(type = "string")]
    pub at: Timestamp,
    pub activity_id: Option<String>,
}

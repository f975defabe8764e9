//! What the UI sees of how a provider speaks: how it deviates from the RFC.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a connection's provider deviates from the RFC, by the newest exchanges.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviationsReport {
    pub connection_id: String,
    /// How many exchanges were looked at.
    pub exchanges: u64,
    /// There are older ones that were not looked at.
    pub older_left_out: bool,
    /// The most frequent first.
    pub deviations: Vec<DeviationCount>,
}

/// One thing that a client does beside the RFC.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviationCount {
    /// `members.remove_by_value`.
    pub code: String,
    /// "Members removed by a value instead of a path filter".
    pub title: String,
    /// Who is known to do it.
    pub senders: String,
    /// "RFC 7644 section 3.5.2.2".
    pub rule: String,
    /// "Only the named members are removed".
    pub answer: String,
    /// In how many exchanges.
    pub times: u64,
    #[ts(type = "string")]
    pub first_at: Timestamp,
    #[ts(type = "string")]
    pub last_at: Timestamp,
    /// The newest note: "Azure removed members by a value; only the named members were removed."
    pub example: String,
    /// The newest exchange.
    pub activity_id: String,
}

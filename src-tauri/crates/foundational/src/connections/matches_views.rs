//! What an Admin sees of matches that need a decision.

use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use crate::people::views::PersonRow;

/// A provider's person who waits because a local account has the userName.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MatchView {
    pub id: String,
    /// The name the provider sent.
    pub arriving: String,
    pub local: PersonRow,
    /// A local Admin is never handed over.
    pub can_link: bool,
    #[ts(type = "string")]
    pub at: Timestamp,
}

//! What an Admin sees of those who left.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::LeaverProof;
use ts_rs::TS;

/// Which leavers. Nothing chosen: all of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct LeaversFilter {
    pub connection_id: Option<String>,
    pub person_id: Option<String>,
    /// Whose access ended at this time or later.
    #[ts(as = "Option<String>")]
    pub from: Option<Timestamp>,
    /// Whose access ended before this time.
    #[ts(as = "Option<String>")]
    pub until: Option<Timestamp>,
    pub proof: Option<LeaverProof>,
    /// A part of the name or the userName.
    pub text: Option<String>,
}

/// Which of them.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LeaversQuery {
    pub filter: LeaversFilter,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeaversPage {
    /// Those whose proof is incomplete first, then the slowest.
    pub rows: Vec<LeaverView>,
    /// How many match in all.
    pub total: u64,
    /// How many of the others that match have each proof.
    pub proofs: Vec<LeaverCount>,
    /// The longest time of a complete proof, in milliseconds.
    pub slowest: Option<u64>,
    /// The connections whose clients ever ended access.
    pub connections: Vec<LeaverConnection>,
}

/// How many have a proof, by the filters beside it.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeaverCount {
    pub proof: LeaverProof,
    /// "Complete".
    pub word: String,
    pub count: u64,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeaverConnection {
    pub id: String,
    pub name: String,
}

/// A person whose access a client ended, or a request for it that was refused.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LeaverView {
    /// Of the change, or of the refused request.
    pub id: String,
    pub person_id: Option<String>,
    /// The person is here.
    pub person_exists: bool,
    pub name: String,
    pub user_name: Option<String>,
    pub connection_id: String,
    pub connection_name: String,
    /// "Deactivated", "Deleted", "Refused".
    pub act: String,
    pub proof: LeaverProof,
    /// "Complete".
    pub word: String,
    /// What was seen, in a sentence.
    pub sentence: String,
    /// The request, while the log has it.
    pub activity_id: Option<String>,
    /// When the request arrived; `null`: not recorded.
    #[ts(type = "string | null")]
    pub requested_at: Option<Timestamp>,
    /// When the change was stored; `null`: it was not.
    #[ts(type = "string | null")]
    pub stored_at: Option<Timestamp>,
    /// When the account was read back after the commit; `null`: it was not.
    #[ts(type = "string | null")]
    pub read_back_at: Option<Timestamp>,
    /// How many sessions were ended.
    pub sessions: Option<u64>,
    /// When no session was open.
    #[ts(type = "string | null")]
    pub sessions_ended_at: Option<Timestamp>,
    /// Milliseconds from the arrival until the account was read back and no session was open.
    pub took: Option<u64>,
}

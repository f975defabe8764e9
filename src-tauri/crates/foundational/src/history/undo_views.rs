//! What an Admin sees of an undo: before, while it runs, and after.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{UndoAct, UndoState};
use ts_rs::TS;

/// What is to be undone.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(export)]
pub enum UndoOf {
    /// One change of the history.
    Change { id: i64 },
    /// All that one request did.
    Request { id: String },
    /// All that the client of a connection did since.
    Connection {
        /// The connection's id or name.
        id: String,
        #[ts(type = "string")]
        since: Timestamp,
    },
    /// All that another undo did.
    Undo { id: String },
}

/// A page of a preview.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct UndoQuery {
    pub of: UndoOf,
    /// As an earlier page of the same preview has it; `null`: the changes up to now.
    pub seen: Option<i64>,
    pub act: Option<UndoAct>,
    /// Part of a name.
    pub search: Option<String>,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoPreview {
    /// The newest change that this preview considers: what happens later is not overwritten.
    pub seen: i64,
    /// "The changes of Okta – Employees since 2026-11-24 14:02 UTC".
    pub title: String,
    /// The connection whose client made the changes, if it still exists.
    pub connection: Option<UndoConnection>,
    /// How many changes of the history are undone by it.
    pub changes: u64,
    /// How many steps would be taken.
    pub steps: u64,
    /// How many would not, each for a reason.
    pub skipped: u64,
    /// How many people and groups are already as they were.
    pub unchanged: u64,
    /// How many memberships would make a person an Admin.
    pub admins: u64,
    /// What there is to filter by.
    pub acts: Vec<UndoActCount>,
    /// Those that match the filters, those that would not be taken first.
    pub rows: Vec<UndoRow>,
    /// How many match in all.
    pub total: u64,
    /// What else is to be known.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoConnection {
    pub id: String,
    pub name: String,
    /// Its requests are refused already.
    pub paused: bool,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoActCount {
    pub act: UndoAct,
    /// "Reactivate".
    pub name: String,
    pub count: u64,
}

/// One step.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoRow {
    pub act: UndoAct,
    /// It is about a group.
    pub is_group: bool,
    pub id: String,
    pub name: String,
    /// "Is active again".
    pub sentence: String,
    /// Why it is not done.
    pub reason: Option<String>,
    /// What else is to be known about it.
    pub remarks: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct UndoStart {
    pub of: UndoOf,
    /// As the preview has it.
    pub seen: i64,
    /// Pauses the connection first, so that its client does not make the changes again.
    pub pause: bool,
    /// Gives the Admin role back where it comes with a membership; otherwise these memberships remain ended.
    pub admins: bool,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct UndoStatusQuery {
    /// `null`: the newest one.
    pub id: Option<String>,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

/// An undo that was decided.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoView {
    pub id: String,
    /// As in the preview.
    pub title: String,
    /// Who decided it.
    pub by: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    pub state: UndoState,
    #[ts(type = "string | null")]
    pub ended_at: Option<Timestamp>,
    /// How many steps it has.
    pub total: u64,
    pub done: u64,
    /// How many were not taken, each for a reason.
    pub skipped: u64,
    /// Some of the steps: those that were not taken, then those that were.
    pub rows: Vec<UndoRow>,
}

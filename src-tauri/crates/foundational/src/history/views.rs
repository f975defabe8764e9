//! What an Admin sees of the journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::ChangeKind;
use ts_rs::TS;

/// Which changes of one person or group.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct HistoryQuery {
    /// The person's or group's.
    pub id: String,
    /// A connection's id, or `here`.
    pub source: Option<String>,
    pub kind: Option<ChangeKind>,
    /// Only what is older than this change.
    pub before: Option<i64>,
    /// 1 to 200.
    pub limit: u64,
}

/// The newest of them. `total` counts every match.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryPage {
    pub rows: Vec<ChangeView>,
    pub total: u64,
    /// There are older ones behind these.
    pub more: bool,
    /// Who ever caused a change of it.
    pub sources: Vec<HistorySource>,
    /// What kinds of change it ever had.
    pub kinds: Vec<HistoryKind>,
    /// It is older than history is retained: of what happened before this moment only what still explains something is left.
    #[ts(type = "string | null")]
    pub whole_since: Option<Timestamp>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryKind {
    pub kind: ChangeKind,
    /// "Created", "Blocked", "Made Admin".
    pub name: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistorySource {
    /// A connection's id, or `here`.
    pub id: String,
    pub name: String,
}

/// One altered attribute set of one resource.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChangeView {
    pub id: i64,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// "Created by Okta – Employees".
    pub sentence: String,
    pub activity_id: Option<String>,
    /// It can be undone by itself, as far as its kind decides; a preview says whether it is.
    pub undoable: bool,
    /// The undo that made it.
    pub undo_id: Option<String>,
    /// The newest change that it undid.
    pub undoes: Option<i64>,
    pub rows: Vec<ChangeRow>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChangeRow {
    /// The attribute's path, as `name.familyName`.
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

//! What an Admin sees of groups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::people::views::PersonRow;
use crate::shapes::{ExportFormat, Source};

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupPage {
    pub rows: Vec<GroupRow>,
    pub total: u64,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupRow {
    pub id: String,
    pub name: String,
    pub source: Option<Source>,
    pub members: u64,
    /// Its members become Admins.
    pub grants_admin: bool,
    /// Members sent before the person existed; they join when the person arrives.
    pub unresolved: u64,
    /// "Members changed".
    pub last_change: Option<String>,
    #[ts(type = "string")]
    pub changed_at: Timestamp,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GroupView {
    pub row: GroupRow,
    /// The first 200 members by name.
    pub members: Vec<PersonRow>,
    /// The groups that are members of it.
    pub groups: Vec<GroupRow>,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct GroupSearch {
    /// The connection's id or name; left out: all connections.
    pub connection_id: Option<String>,
    /// A part of the name; empty: all of them.
    pub search: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct GroupJump {
    /// Part of a name.
    pub search: Option<String>,
    /// 1 to 100 characters.
    pub letters: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct GroupsExport {
    /// Part of a name.
    pub search: Option<String>,
    pub format: ExportFormat,
}

/// The people who are in a group directly.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct MembersExport {
    /// The group's.
    pub id: String,
    pub format: ExportFormat,
}

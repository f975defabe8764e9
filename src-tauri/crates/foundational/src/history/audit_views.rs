//! What an Admin sees of the audit entries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{AuditAct, AuditActorKind, AuditSubjectKind};
use ts_rs::TS;

/// Which audit entries. Nothing chosen: all of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct AuditFilter {
    /// A person's id, or the word of another kind of actor.
    pub actor: Option<String>,
    pub act: Option<AuditAct>,
    /// The id of the connection that they are about.
    pub connection_id: Option<String>,
}

/// Which of them, newest first.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct AuditQuery {
    pub filter: AuditFilter,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditPage {
    pub rows: Vec<AuditEntryView>,
    /// How many match in all.
    pub total: u64,
    /// Who ever did something.
    pub actors: Vec<AuditChoice>,
    /// What was ever done.
    pub acts: Vec<AuditActChoice>,
    /// The connections that an act was ever about.
    pub connections: Vec<AuditChoice>,
}

/// Whether the audit entries are as they were written.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditChain {
    /// How many entries there are.
    pub entries: u64,
    /// When the first of them was written; older ones were deleted after their time.
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// The hash of the newest entry, in 64 hexadecimal digits.
    pub newest_hash: String,
    /// "Entry 7 does not follow from the one before it." `null`: nothing is wrong.
    pub problem: Option<String>,
    /// When the entry that does not fit was written.
    #[ts(type = "string | null")]
    pub problem_at: Option<Timestamp>,
}

/// A value of a filter.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditChoice {
    pub value: String,
    pub name: String,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditActChoice {
    pub value: AuditAct,
    /// "Token created".
    pub name: String,
}

/// Who did what on what, when, by the names of that time.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditEntryView {
    pub id: i64,
    #[ts(type = "string")]
    pub at: Timestamp,
    pub actor: AuditActorView,
    /// `null`: an act of another version.
    pub act: Option<AuditAct>,
    /// "Created the token Token 1 of Okta – Employees."
    pub sentence: String,
    /// `null`: the workspace as a whole.
    pub subject: Option<AuditSubjectView>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditActorView {
    pub kind: AuditActorKind,
    /// The person's id.
    pub id: Option<String>,
    pub name: String,
    /// The person still exists.
    pub exists: bool,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AuditSubjectView {
    pub kind: AuditSubjectKind,
    pub id: String,
    pub name: String,
    /// It still exists.
    pub exists: bool,
}

//! What the UI sees of people, groups and activity.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{ChangeKind, Role};
use ts_rs::TS;

use crate::views::RemedyView;

/// A window of a long list. `total` counts every match, not only the rows sent.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonPage {
    pub rows: Vec<PersonRow>,
    pub total: u64,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub user_name: String,
    /// The connection that manages this person; `null`: a local account.
    pub source: Option<Source>,
    pub role: Role,
    pub active: bool,
    /// An Admin here has barred the person from signing in, whatever the provider says.
    pub blocked: bool,
    /// "Created", "Blocked", "Made Admin".
    pub last_change: Option<String>,
    /// Who or what made that change: a person here, or a connection.
    pub changed_by: Option<String>,
    /// When anything that is shown of the person last changed.
    #[ts(type = "string")]
    pub changed_at: Timestamp,
    /// The first by name of the groups that the person is in directly.
    pub first_group: Option<String>,
    /// How many more groups those are.
    pub more_groups: u64,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Source {
    pub connection_id: String,
    pub name: String,
    pub provider: idp::Provider,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    pub row: PersonRow,
    /// The resource as the provider reads it.
    #[ts(type = "Record<string, unknown>")]
    pub scim: serde_json::Value,
    /// Where each value came from.
    pub values: Vec<ValueView>,
    /// May sign in on this computer.
    pub may_sign_in: bool,
    /// "Blocked by Grace Hopper".
    pub block: Option<String>,
    pub groups: Vec<GroupRow>,
    /// Who made the account.
    pub created: Option<DoneBy>,
    /// Who took access away, where that is so now.
    pub deactivated: Option<DoneBy>,
    /// Of a restored backup, and deactivated until their identity provider or an Admin confirms them.
    pub unconfirmed: bool,
    /// How a local account came to its connection.
    pub linked: Option<LinkView>,
    /// The newest request about this person; for Admins.
    pub last_request: Option<ActivityRow>,
    /// Who this person was or may have been before, under an id that was deleted; for Admins.
    pub formers: Vec<FormerView>,
}

/// A deleted person who is, or may be, the same one.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FormerView {
    pub id: String,
    pub name: String,
    #[ts(type = "string")]
    pub deleted_at: Timestamp,
    /// The history is attached; otherwise it can be.
    pub attached: bool,
}

/// A person, and one who was deleted.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct FormerOf {
    pub id: String,
    pub former_id: String,
}

/// Who did something, and when.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DoneBy {
    /// A connection's or a person's name.
    pub by: String,
    #[ts(type = "string")]
    pub at: Timestamp,
}

/// A local account was handed to a connection.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LinkView {
    /// The Admin's name, or the connection's where its rule did it.
    pub by: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Until when it can be undone; `null`: no longer.
    #[ts(type = "string | null")]
    pub undo_until: Option<Timestamp>,
}

/// A value of a person, and the change that brought it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ValueView {
    /// The attribute's path, as `name.familyName`.
    pub path: String,
    pub value: String,
    /// "from Okta – Employees", "set here by Grace Hopper".
    pub source: String,
    #[ts(type = "string | null")]
    pub at: Option<Timestamp>,
    pub activity_id: Option<String>,
}

/// Which people, in which order.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PeopleQuery {
    /// Part of a name, userName, e-mail or externalId.
    pub search: Option<String>,
    pub status: Option<PersonStatus>,
    /// A connection's id, or `local`.
    pub source: Option<String>,
    pub role: Option<Role>,
    /// Direct members of this group.
    pub group_id: Option<String>,
    pub changed: Option<ChangedWithin>,
    pub sort: PeopleSort,
    pub descending: bool,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum PersonStatus {
    Active,
    Deactivated,
    Blocked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PeopleSort {
    Name,
    UserName,
    Changed,
}

/// How long ago somebody changed at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ChangedWithin {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// A new local account.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LocalPerson {
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// A one-time passcode with which somebody signs in first and then chooses a password.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Passcode {
    pub person_id: String,
    /// Shown once; only its hash is kept.
    pub passcode: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetRole {
    pub id: String,
    pub role: Role,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetActive {
    pub id: String,
    pub active: bool,
}

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
    /// It is older than history is kept: of what happened before this moment only what still explains something is left.
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

/// One SCIM exchange as a line.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityRow {
    pub id: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    pub connection_id: String,
    /// "Created Ada Lovelace".
    pub sentence: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub result: ActivityResult,
    /// Why it was refused: `auth.unknown`, `data.duplicate`.
    pub reason: Option<String>,
    pub duration_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ActivityResult {
    /// Answered as asked.
    Ok,
    /// A look-up, found or not.
    Lookup,
    /// 4xx on purpose.
    Refused,
    /// 5xx: our fault.
    Failed,
}

/// A person or group to go to.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ResourceLink {
    /// `User` or `Group`.
    pub resource_type: String,
    pub id: String,
    pub name: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityView {
    pub row: ActivityRow,
    /// Why it was refused, in words.
    pub why: Option<String>,
    /// What can be done about it.
    pub remedy: Option<RemedyView>,
    /// Who has the name that the request asked for.
    pub holder: Option<ResourceLink>,
    pub source_ip: Option<String>,
    /// The token that proved it, masked: `fdn_••••k2Qa`.
    pub token: Option<String>,
    /// Liberties taken with what arrived.
    pub notes: Vec<String>,
    pub user_agent: Option<String>,
    /// Redacted request body, cut at 64 kB.
    pub request_body: Option<String>,
    pub response_body: Option<String>,
    /// It is older than bodies are kept, which is so many days.
    pub bodies_gone: Option<u32>,
    pub changes: Vec<ChangeView>,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ListQuery {
    /// Part of a name, userName, e-mail or externalId.
    pub search: Option<String>,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ActivityQuery {
    pub connection_id: String,
    /// 1 to 200.
    pub limit: u64,
}

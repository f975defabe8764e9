//! The page of one person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::diagnosis::activity_views::ActivityRow;
use crate::groups::views::GroupRow;
use crate::people::views::PersonRow;

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    pub row: PersonRow,
    /// The account's e-mail address, by the choices of the connection.
    pub email: Option<String>,
    /// The resource as the provider reads it.
    #[ts(type = "Record<string, unknown>")]
    pub scim: serde_json::Value,
    /// The values that the page shows, each with its source.
    pub values: Vec<ValueView>,
    /// May sign in on this computer.
    pub may_sign_in: bool,
    /// Has a password or passcode here, also one that does not work until the person is let through.
    pub has_password: bool,
    /// "Blocked by Grace Hopper".
    pub block: Option<String>,
    pub groups: Vec<GroupRow>,
    /// Who made the account.
    pub created: Option<DoneBy>,
    /// Who took access away, where that is so now.
    pub deactivated: Option<DoneBy>,
    /// Of a restored backup, and deactivated until their identity provider or an Admin confirms them.
    pub unconfirmed: bool,
    /// How a local account was linked to its connection.
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

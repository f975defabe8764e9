//! What the UI sees of who waits to be let through.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who waits to be let through, in stretches.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ObserveFirstQuery {
    /// The connection.
    pub id: String,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

/// Whether a connection is observed first, and who waits to be let through.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ObserveFirstView {
    /// Since when it is observed; `null`: it is not.
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// How many people wait.
    pub people: u64,
    /// How many of them are let through as Admins.
    pub admins: u64,
    /// "3 users wait to be let through, 1 of them as an Admin."
    pub headline: String,
    /// Stands for exactly those who wait and what each of them gains.
    pub fingerprint: String,
    /// Those who become Admins first, then by name.
    pub rows: Vec<WaitingPerson>,
}

/// A person who waits to be let through.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WaitingPerson {
    pub id: String,
    pub name: String,
    pub user_name: String,
    /// The person is let through as an Admin.
    pub admin: bool,
    pub sign_in: WaitingSignIn,
}

/// Whether a person who waits can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WaitingSignIn {
    /// Not while the account is deactivated.
    Deactivated,
    /// Not while an Admin here blocks the account.
    Blocked,
    /// Not without a password or passcode.
    NoPassword,
    /// As soon as they are let through.
    Then,
    /// Already: it is the role alone that waits.
    Already,
}

/// Lets those through who were seen to wait.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LetPeopleThrough {
    /// The connection.
    pub id: String,
    /// The fingerprint of who was seen to wait.
    pub fingerprint: String,
}

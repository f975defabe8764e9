//! Local accounts.

use serde::{Deserialize, Serialize};
use store::Role;
use ts_rs::TS;

/// A new local account.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LocalPerson {
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// A one-time passcode with which a person signs in first and then chooses a password.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Passcode {
    pub person_id: String,
    /// Shown once; only its hash is stored.
    pub passcode: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetRole {
    pub id: String,
    pub role: Role,
}

/// Lets one person through, as the person was seen.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LetPersonThrough {
    pub id: String,
    /// It was seen that the person becomes an Admin.
    pub admin: bool,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetActive {
    pub id: String,
    pub active: bool,
}

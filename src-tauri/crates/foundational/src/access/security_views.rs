//! What the UI sees of the rules for windows, of sessions and of who has a password here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Role;
use ts_rs::TS;

/// What protects an unattended window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SecurityRules {
    /// A window that was not touched for so long is locked.
    pub idle_minutes: u32,
    /// Windows are locked when the computer slept.
    pub lock_on_sleep: bool,
    /// People may stay signed in on this computer for seven days.
    pub remember: bool,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecurityView {
    pub rules: SecurityRules,
    /// Who stays signed in here beyond a launch.
    pub remembered: Vec<RememberedSessionView>,
    pub keychain: KeychainPlace,
    /// When the recovery key was made; unknown for one that is older than this record.
    #[ts(type = "string | null")]
    pub recovery_made_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RememberedSessionView {
    pub person_id: String,
    pub name: String,
    #[ts(type = "string")]
    pub until: Timestamp,
}

/// Where the secret of staying signed in lies.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KeychainPlace {
    /// In the system's own keychain.
    pub system: bool,
    /// Else in this file, which only its owner reads.
    pub file: Option<String>,
}

/// One signed-in window.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SessionRow {
    pub id: String,
    pub person_id: String,
    pub name: String,
    pub role: Role,
    pub window: SessionWindow,
    pub locked: bool,
    #[ts(type = "string")]
    pub started_at: Timestamp,
    /// It ends by itself then.
    #[ts(type = "string")]
    pub ends_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum SessionWindow {
    /// The one that asks.
    This,
    /// The app's own.
    App,
    /// A browser on the bridge.
    Browser,
}

/// Whose passwords.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct AccountQuery {
    /// Part of a name or userName.
    pub search: Option<String>,
    /// Behind this account, the last one of the page before.
    pub after: Option<AccountPlace>,
    /// 1 to 200.
    pub limit: u64,
}

/// Where an account stands in the order of names.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct AccountPlace {
    pub name: String,
    pub person_id: String,
}

/// Who has a password here, by name.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountList {
    pub rows: Vec<AccountRow>,
    /// How many match in all.
    pub total: u64,
    /// Others follow.
    pub more: bool,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountRow {
    pub person_id: String,
    pub name: String,
    pub user_name: String,
    pub role: Role,
    /// The connection's name; none for a local account.
    pub connection: Option<String>,
    pub state: AccountState,
    pub signed_in: bool,
}

/// Whether a password lets its person in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum AccountState {
    Ready,
    /// A one-time passcode, which was not used yet.
    Passcode,
    Deactivated,
    Blocked,
    /// An Admin has not let the person through.
    Withheld,
}

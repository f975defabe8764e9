//! What a local account is named.

use serde::Deserialize;
use ts_rs::TS;

/// What one's own local account is called from now on.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Profile {
    pub name: String,
    /// What one signs in with.
    pub user_name: String,
    pub email: String,
}

/// The same for any local account.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LocalEdit {
    pub id: String,
    pub name: String,
    pub user_name: String,
    pub email: String,
}

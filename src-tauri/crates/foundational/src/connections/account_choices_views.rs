//! The choices by which a connection's people are shown.

use serde::Deserialize;
use store::AccountChoices;
use ts_rs::TS;

/// Choices for a connection, to preview or to set.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ChoicesOf {
    pub id: String,
    pub choices: AccountChoices,
}

//! What the UI sees of the act that fixes what is wrong.

use idp::remedy::Remedy;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A button beside a refusal or a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RemedyView {
    pub kind: Remedy,
    /// The label of the button: "Paste Token 2 (..wOOM)".
    pub label: String,
    /// The connection that it acts on.
    pub connection_id: Option<String>,
    /// What the act is about, where that is not the connection: the id of a token, a person or another connection, the
    /// text to copy, the page to open, the path of a history (`users/7/history`).
    pub target: Option<String>,
}

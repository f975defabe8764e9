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
    /// text to copy, the page to open, the path of a history (`users/7/history`,
    /// `diagnostics/why?name=Ada` of a user who was deleted), a choice of the account's e-mail address.
    pub target: Option<String>,
}

impl RemedyView {
    /// The button of a kind, with its usual label.
    pub(crate) fn new(kind: Remedy, connection_id: Option<&str>, target: Option<&str>) -> Self {
        Self {
            kind,
            label: kind.label().to_owned(),
            connection_id: connection_id.map(str::to_owned),
            target: target.map(str::to_owned),
        }
    }
}

/// The label of what copies the usual mapping of an identity provider: "Copy the mapping for Okta".
pub(crate) fn copy_mapping_label(idp: &str) -> String {
    format!("Copy the mapping for {idp}")
}

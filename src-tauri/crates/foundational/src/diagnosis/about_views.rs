//! What the UI sees of the program itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct About {
    pub version: String,
    /// As the library itself says.
    pub sqlite: String,
    /// Who answers questions in this company; `null` where an Admin has not named it.
    pub support: Option<SupportContact>,
}

/// Who answers questions in this company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SupportContact {
    /// `help@acme.example` or `https://help.acme.example/`.
    pub text: String,
    /// What a mail program or a browser opens: `mailto:help@acme.example`.
    pub address: String,
}

/// An e-mail address or an https URL; nothing removes it.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetContact {
    pub contact: Option<String>,
}

/// A crate or package that is in the program.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Part {
    pub name: String,
    pub version: String,
    /// As its makers write it: "MIT OR Apache-2.0".
    pub licence: String,
}

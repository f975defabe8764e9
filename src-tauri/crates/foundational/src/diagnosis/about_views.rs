//! What the UI sees of the program itself, and of the computer under it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct About {
    pub version: String,
    /// As the library itself says.
    pub sqlite: String,
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

/// Whether this computer is to stay awake while it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct KeepAwake {
    pub on: bool,
}

//! What the UI sees of the program itself.

use serde::Serialize;
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

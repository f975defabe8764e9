//! What an Admin sees of the schemas that the workspace adds to the standard ones.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A schema that the workspace added to the standard ones.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SchemaView {
    /// Its URN.
    pub id: String,
    pub name: String,
    pub description: String,
    /// The whole definition in the form of RFC 7643 section 7.
    #[ts(type = "Record<string, unknown>")]
    pub definition: Value,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SchemaAdd {
    /// JSON text in the form of RFC 7643 section 7; the URN ends in `:User` or `:Group`.
    pub definition: String,
}

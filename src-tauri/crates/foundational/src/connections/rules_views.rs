//! The rules of a connection.

use serde::{Deserialize, Serialize};
use store::Matching;
use ts_rs::TS;

/// How a connection treats what arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionRules {
    pub matching: Matching,
    pub on_delete: OnDelete,
    /// The group whose direct members become Admins here; off by default.
    pub admin_group_id: Option<String>,
    /// Addresses and CIDR ranges that may call; empty: all.
    pub allowed_addresses: Vec<String>,
}

/// What a SCIM DELETE of a person leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum OnDelete {
    /// A tombstone for 30 days, under whose id the person returns when userName and externalId prove who it is.
    Keep,
    /// Nothing.
    Remove,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetRules {
    pub id: String,
    pub rules: ConnectionRules,
}

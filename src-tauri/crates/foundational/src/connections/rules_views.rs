//! The rules of a connection, accounts that wait for a decision, rotation, and the check of the public address.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a connection treats what arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionRules {
    pub matching: MatchingRule,
    pub on_delete: OnDelete,
    /// The group whose direct members become Admins here; off by default.
    pub admin_group_id: Option<String>,
    /// Addresses and CIDR ranges that may call; empty: all.
    pub allowed_addresses: Vec<String>,
}

/// What happens when a provider creates a person who has a local account with the same userName.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum MatchingRule {
    /// The provider gets 409, an Admin decides.
    Ask,
    /// The local account is handed to the connection; never a local Admin's.
    Link,
    /// The provider gets 403.
    Refuse,
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

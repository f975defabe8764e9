//! The rules of a connection, accounts that wait for a decision, rotation, and the check of the public address.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::views::{PersonRow, TokenLife};

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

/// What happens when a provider creates somebody who has a local account with the same userName.
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

/// A provider's person who waits because a local account has the userName.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MatchView {
    pub id: String,
    /// The name the provider sent.
    pub arriving: String,
    pub local: PersonRow,
    /// A local Admin is never handed over.
    pub can_link: bool,
    #[ts(type = "string")]
    pub at: Timestamp,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct TokenRotate {
    pub connection_id: String,
    /// What to call the new one, up to 40 characters; without one it gets a number.
    pub label: Option<String>,
    pub expires: TokenLife,
    /// How long the old token lives on after the new one was first used.
    pub overlap: Overlap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum Overlap {
    #[serde(rename = "none")]
    None,
    #[serde(rename = "1h")]
    Hour1,
    #[serde(rename = "24h")]
    Hours24,
    #[serde(rename = "7d")]
    Days7,
}

/// What is known of the way from the public address to here: the last check, or a request that came through since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Reach {
    pub verdict: AddressVerdict,
    /// The verdict in a sentence.
    pub message: String,
    /// What to do about it; nothing where nothing stands against it.
    #[serde(default)]
    pub hint: Option<String>,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// When the certificate ends that the last check saw; nothing while none was seen.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub certificate_ends: Option<Timestamp>,
}

/// Whether the public address leads here.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AddressCheck {
    pub verdict: AddressVerdict,
    /// The verdict in a sentence.
    pub message: String,
    pub steps: Vec<AddressStep>,
    #[ts(type = "string")]
    pub checked_at: Timestamp,
    /// When the certificate ends; nothing while none was seen.
    #[ts(type = "string | null")]
    pub certificate_ends: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum AddressVerdict {
    Reachable,
    NotReachable,
    /// Many networks do not let a computer reach its own public address.
    CantTell,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AddressStep {
    /// "Name", "Connection", "Certificate and answer".
    pub name: String,
    pub ok: bool,
    pub detail: String,
}

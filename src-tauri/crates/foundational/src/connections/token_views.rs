//! What an Admin sees of tokens, and how they are made.

use clap::ValueEnum;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is shown of a token after its one revelation.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TokenView {
    pub id: String,
    pub connection_id: String,
    /// What it is called; no other token of the connection is called so.
    pub label: String,
    /// `fdn_••••k2Qa`.
    pub masked: String,
    pub state: TokenState,
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// The name of who made it; nothing for the command line.
    pub created_by: Option<String>,
    #[ts(type = "string | null")]
    pub expires_at: Option<Timestamp>,
    #[ts(type = "string | null")]
    pub revoked_at: Option<Timestamp>,
    #[ts(type = "string | null")]
    pub last_used_at: Option<Timestamp>,
    pub last_used_ip: Option<String>,
    #[ts(type = "string | null")]
    pub first_used_at: Option<Timestamp>,
    /// When it first arrived unencrypted.
    #[ts(type = "string | null")]
    pub exposed_at: Option<Timestamp>,
    /// The token that is taking its place.
    pub replaced_by: Option<String>,
    /// How long it lives on after that one is first used.
    pub overlap: Option<Overlap>,
    /// From when on it is refused because of that; known once the other was used.
    #[ts(type = "string | null")]
    pub retires_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum TokenState {
    /// Usable, no request has come with it.
    New,
    Active,
    /// Another one is taking its place; it is still accepted.
    Retiring,
    Expired,
    Revoked,
}

/// The answer to `token.create`: the only time the token itself is shown.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewToken {
    pub id: String,
    pub label: String,
    pub token: String,
    #[ts(type = "string | null")]
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct TokenCreate {
    /// The connection's id or name.
    pub connection_id: String,
    /// What to call it, up to 40 characters; without one it gets a number.
    pub label: Option<String>,
    pub expires: TokenLife,
}

/// How long a token lives from its creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum, TS)]
#[ts(export)]
pub enum TokenLife {
    #[serde(rename = "90d")]
    #[value(name = "90d")]
    Days90,
    #[serde(rename = "6m")]
    #[value(name = "6m")]
    Months6,
    #[serde(rename = "1y")]
    #[value(name = "1y")]
    Year1,
    #[serde(rename = "2y")]
    #[value(name = "2y")]
    Years2,
    #[serde(rename = "never")]
    Never,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct TokenShorten {
    pub id: String,
    /// The new end: in the future, and earlier than the old one.
    #[ts(type = "string")]
    pub expires_at: Timestamp,
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

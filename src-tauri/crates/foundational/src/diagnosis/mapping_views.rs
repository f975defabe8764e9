//! What the UI sees of which attributes of people arrive.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which attributes a connection's people get, by the newest writes in the log and by the people themselves.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappingView {
    pub connection_id: String,
    /// The result in a sentence.
    pub summary: String,
    /// Each attribute that an account needs arrives.
    pub is_complete: bool,
    /// What is not known, in a sentence: bodies that are not stored.
    pub unknown: Option<String>,
    /// What was refused first, then in the order of the mapping.
    pub fields: Vec<MappingField>,
    /// What else arrives and is stored, the most frequent first, and what is hidden.
    pub extras: Vec<MappingExtra>,
    /// What arrives and is in no schema: it is not stored.
    pub ignored: Vec<MappingIgnored>,
    /// The usual mapping of the identity provider, as a table to paste.
    pub table: String,
    /// The label of the button that copies it: "Copy the mapping for Okta".
    pub copy_label: String,
    /// The newest request that wrote a user, or was refused; none before one has arrived.
    pub newest_write: Option<String>,
}

/// One attribute of a person.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappingField {
    /// "First name".
    pub name: String,
    /// `name.givenName`.
    pub attribute: String,
    pub required: bool,
    /// What the identity provider usually maps to it: `user.firstName`.
    pub source: Option<String>,
    pub state: MappingState,
    /// The state in words.
    pub state_text: String,
    /// By what it is known: "in 12 of the last 50 writes of users".
    pub evidence: String,
    pub example: Option<MappingExample>,
}

/// Whether an attribute arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MappingState {
    /// Changes with it were refused, and were not done since.
    Refused,
    /// Another value of the same list arrives.
    Elsewhere,
    /// No write and no user has it.
    NeverReceived,
    /// No write that was looked at has it, nor has a user that was looked at; there are others.
    NotSeen,
    /// No write that was looked at has it, but users have a value.
    Earlier,
    Arriving,
    /// It is optional and does not arrive, or is not sent with a user.
    NotNeeded,
}

/// A value as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappingExample {
    pub value: String,
    /// The value as it is shown at first: `a•••`.
    pub masked: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// The request with it.
    pub activity_id: String,
}

/// Another attribute that arrives and is stored.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappingExtra {
    /// `nickName`.
    pub attribute: String,
    /// In how many of the writes.
    pub times: u64,
    /// None where it is hidden and in none of the writes.
    pub example: Option<MappingExample>,
    /// A user's page shows it; none where that can't be chosen.
    pub shown: Option<bool>,
}

/// Whether the page of a connection's users shows an attribute.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ShowAttribute {
    pub id: String,
    /// One of the extras: `nickName`.
    pub attribute: String,
    pub shown: bool,
}

/// An attribute that is in no schema.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappingIgnored {
    /// "jobTitle is not in our schemas and was ignored".
    pub text: String,
    /// In how many requests.
    pub times: u64,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// The newest of them.
    pub activity_id: String,
}

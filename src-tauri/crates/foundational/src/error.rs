//! What a command answers when it cannot do what was asked.

use serde::Serialize;
use ts_rs::TS;

/// `code` is for programs, `message` says what happened, `hint` what to do, `field` which input it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "CommandError")]
#[error("{message}")]
pub struct Error {
    pub code: Code,
    pub message: String,
    pub hint: Option<String>,
    pub field: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "ErrorCode")]
pub enum Code {
    /// Nobody is signed in, or the session ended.
    SignedOut,
    Locked,
    /// The role does not allow it.
    Role,
    /// The password must be given again first.
    Confirm,
    WrongCredentials,
    TooManyTries,
    Invalid,
    NotFound,
    Conflict,
    Unavailable,
    Internal,
}

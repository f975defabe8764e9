//! What a command answers when it cannot be done.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::words::upper;

/// `code` is for programs, `message` says what happened, `hint` what to do, `field` which input it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "CommandError")]
#[error("{message}")]
pub struct Error {
    pub code: Code,
    pub message: String,
    pub hint: Option<String>,
    pub field: Option<String>,
    /// After wrong passwords: how many seconds it takes until the next try is listened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub wait_seconds: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "ErrorCode")]
pub enum Code {
    /// No person is signed in, or the session ended.
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

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, field: None, wait_seconds: None }
    }

    /// An input that cannot be taken.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(Code::Invalid, message) }
    }

    /// Something that is not here.
    pub fn not_found(what: &str, id: &str) -> Self {
        let shown: String = id.chars().take(80).collect();
        Self::new(Code::NotFound, format!("There is no {what} \"{shown}\"."))
    }

    /// The next try is not listened to before so many seconds.
    #[must_use]
    pub fn waiting(self, seconds: Option<u32>) -> Self {
        Self { wait_seconds: seconds, ..self }
    }

    #[must_use]
    pub fn hinting(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Duplicate("name") => Self {
                field: Some("name".to_owned()),
                ..Self::new(Code::Conflict, "Another connection already has this name.")
            },
            store::Error::Duplicate("label") => Self {
                field: Some("label".to_owned()),
                ..Self::new(
                    Code::Conflict,
                    "Another token of this connection already has this label, or had it.",
                )
            },
            store::Error::Duplicate(what) => {
                Self::new(Code::Conflict, format!("This {what} is already in use."))
            }
            store::Error::TooMany("an undo") => {
                Self::new(Code::Invalid, "These are more than 250,000 changes, too many for one undo.")
                    .hinting("Choose a later time.")
            }
            store::Error::LastAdmin => {
                Self::new(Code::Conflict, "The last local Admin cannot be demoted, deactivated or deleted.")
                    .hinting("Make another local Admin first.")
            }
            error @ (store::Error::NoBackup { .. } | store::Error::NotBackedUp { .. }) => {
                Self::new(Code::Unavailable, format!("{}.", upper(&error.to_string())))
                    .hinting("Nothing was changed. Choose another folder, or free some disk space.")
            }
            store::Error::Defect(_) => {
                Self::new(Code::Internal, "Internal error in Foundational. The change was not made.")
                    .hinting("Foundational keeps running. The log has the details.")
            }
            store::Error::Closed => Self::new(Code::Unavailable, "Foundational is shutting down."),
            other => {
                // Failures of the database are logged by the store, where they occur.
                if matches!(other, store::Error::NotWritable { .. } | store::Error::NotReadable { .. }) {
                    tracing::error!(error = %other, "a file cannot be used");
                }
                Self::new(Code::Internal, format!("The workspace could not be read or written: {other}"))
                    .hinting("Run `foundational doctor` to see what is wrong.")
            }
        }
    }
}

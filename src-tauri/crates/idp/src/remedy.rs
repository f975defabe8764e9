//! What an admin can do about a refusal.

use serde::Serialize;
use ts_rs::TS;

/// What the button beside a refusal does. A reason without a remedy has no button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Remedy {
    /// Creates a token for a connection that has no usable one.
    CreateToken,
    /// Creates a token that replaces the usable one.
    ReplaceToken,
    /// Shows where to paste the usable token.
    PasteToken,
    /// Shows the endpoint of the connection that the token belongs to.
    ShowEndpoint,
    /// Copies the endpoint of the connection and shows where to paste it.
    CopyEndpoint,
    /// Opens the settings of the public address.
    OpenAddress,
    /// Opens the allowed addresses of the connection.
    EditAllowList,
    /// Opens the connection's rule for people with a local account.
    ChangeRule,
    /// Opens the person.
    OpenPerson,
    /// Opens the accounts that wait for a decision.
    Decide,
    /// Resumes the connection.
    Resume,
    /// Opens the history of the person or group.
    ShowHistory,
}

impl Remedy {
    /// Every remedy.
    pub const ALL: [Self; 12] = [
        Self::CreateToken,
        Self::ReplaceToken,
        Self::PasteToken,
        Self::ShowEndpoint,
        Self::CopyEndpoint,
        Self::OpenAddress,
        Self::EditAllowList,
        Self::ChangeRule,
        Self::OpenPerson,
        Self::Decide,
        Self::Resume,
        Self::ShowHistory,
    ];

    /// The label of the button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CreateToken => "Create token",
            Self::ReplaceToken => "Replace token",
            Self::PasteToken => "Paste token",
            Self::ShowEndpoint => "Show the right endpoint",
            Self::CopyEndpoint => "Copy endpoint",
            Self::OpenAddress => "Open public address",
            Self::EditAllowList => "Edit allowed addresses",
            Self::ChangeRule => "Change rule",
            Self::OpenPerson => "Open user",
            Self::Decide => "Decide",
            Self::Resume => "Resume",
            Self::ShowHistory => "Show history",
        }
    }
}

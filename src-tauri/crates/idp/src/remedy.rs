//! What an admin can do about a refusal or a finding.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a button beside a refusal or a finding does. A reason without a remedy has no button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// Opens the matches that need a decision.
    Decide,
    /// Resumes the connection.
    Resume,
    /// Opens the history of the person or group.
    ShowHistory,
    /// Opens the settings of the server.
    OpenServer,
    /// Opens the check of the public address.
    CheckAddress,
    /// Opens what is known of the certificate of the public address.
    SeeCertificate,
    /// Opens the settings of the data.
    SeeData,
    /// Opens the backups.
    SeeBackups,
    /// Opens the audit entries.
    SeeAudit,
    /// Opens what is known of the clock.
    CheckClock,
    /// Opens the connections that a restore has paused.
    CheckAndResume,
    /// Opens the list of people.
    SeePeople,
    /// Opens the folder of the program's log.
    OpenLogs,
    /// Opens the refused requests of the connection.
    SeeActivity,
    /// Opens the tokens of the connection.
    SeeTokens,
    /// Opens the connection.
    OpenConnection,
    /// Shows how people are assigned in the identity provider.
    ShowAssign,
    /// Opens how the identity provider deviates from the RFC.
    SeeDeviations,
    /// Opens which attributes arrive.
    OpenMapping,
    /// Copies the usual mapping of the identity provider, and opens which attributes arrive.
    CopyMapping,
    /// Opens the choice of the account's e-mail address, with the one that arrives, before it is saved.
    UseThisPath,
    /// Opens the test in which a person leaves.
    TestLeaver,
    /// Takes the refused writes out of what is shown.
    SetAside,
    /// Opens the group.
    OpenGroup,
    /// Pauses the connection.
    Pause,
    /// Opens the preview of an undo of what the connection did since.
    Undo,
    /// Opens the held removals of the connection.
    OpenHeld,
    /// Allows the held removals: they are done when they arrive again.
    LetThrough,
    /// Refuses removals until the hold ends.
    KeepRefusing,
    /// Opens who waits to be let through.
    OpenWithheld,
    /// Opens the console of the identity provider in the browser.
    OpenConsole,
    /// Opens the person, with the question whether to block their sign-in here.
    BlockPerson,
    /// Opens the look-up of one person.
    LookUpLeaver,
    /// Turns on that this computer remains awake while it serves.
    KeepAwake,
    /// Opens the support bundle.
    CreateBundle,
    /// Copies the request as a text for a ticket, without values of people.
    CopyReport,
}

impl Remedy {
    /// Every remedy.
    pub const ALL: [Self; 45] = [
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
        Self::OpenServer,
        Self::CheckAddress,
        Self::SeeCertificate,
        Self::SeeData,
        Self::SeeBackups,
        Self::SeeAudit,
        Self::CheckClock,
        Self::CheckAndResume,
        Self::SeePeople,
        Self::OpenLogs,
        Self::SeeActivity,
        Self::SeeTokens,
        Self::OpenConnection,
        Self::ShowAssign,
        Self::SeeDeviations,
        Self::OpenMapping,
        Self::CopyMapping,
        Self::UseThisPath,
        Self::TestLeaver,
        Self::SetAside,
        Self::OpenGroup,
        Self::Pause,
        Self::Undo,
        Self::OpenHeld,
        Self::LetThrough,
        Self::KeepRefusing,
        Self::OpenWithheld,
        Self::OpenConsole,
        Self::BlockPerson,
        Self::LookUpLeaver,
        Self::KeepAwake,
        Self::CreateBundle,
        Self::CopyReport,
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
            Self::OpenServer => "Open settings",
            Self::CheckAddress => "Check address",
            Self::SeeCertificate => "See certificate",
            Self::SeeData => "See data",
            Self::SeeBackups => "See backups",
            Self::SeeAudit => "See audit",
            Self::CheckClock => "Check the clock",
            Self::CheckAndResume => "Check and resume",
            Self::SeePeople => "See people",
            Self::OpenLogs => "Open log folder",
            Self::SeeActivity => "See why",
            Self::SeeTokens => "See tokens",
            Self::OpenConnection => "Open",
            Self::ShowAssign => "Show how to assign",
            Self::SeeDeviations => "See compatibility",
            Self::OpenMapping => "Open mapping",
            Self::CopyMapping => "Copy the mapping",
            Self::UseThisPath => "Use this path instead",
            Self::TestLeaver => "Test a leaver",
            Self::SetAside => "Set aside",
            Self::OpenGroup => "Open group",
            Self::Pause => "Pause",
            Self::Undo => "Undo",
            Self::OpenHeld => "See held removals",
            Self::LetThrough => "Allow removals",
            Self::KeepRefusing => "Keep refusing",
            Self::OpenWithheld => "Let users through",
            Self::OpenConsole => "Open the console",
            Self::BlockPerson => "Block sign-in here now",
            Self::LookUpLeaver => "Look up a person who left",
            Self::KeepAwake => "Keep awake",
            Self::CreateBundle => "Create support bundle",
            Self::CopyReport => "Copy report",
        }
    }
}

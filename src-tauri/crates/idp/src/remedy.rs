//! What an admin can do about a refusal or a finding.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! remedies {
    ($($(#[$doc:meta])* $variant:ident = $label:literal,)*) => {
        /// What a button beside a refusal or a finding does. A reason without a remedy has no button.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        #[ts(export)]
        pub enum Remedy {
            $($(#[$doc])* $variant,)*
        }

        impl Remedy {
            /// Every remedy.
            pub const ALL: [Self; [$($label),*].len()] = [$(Self::$variant),*];

            /// The label of the button.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

remedies! {
    /// Creates a token for a connection that has no usable one.
    CreateToken = "Create token",
    /// Creates a token that replaces the usable one.
    ReplaceToken = "Replace token",
    /// Shows where to paste the usable token.
    PasteToken = "Paste token",
    /// Shows the endpoint of the connection that the token belongs to.
    ShowEndpoint = "Show the right endpoint",
    /// Copies the endpoint of the connection and shows where to paste it.
    CopyEndpoint = "Copy endpoint",
    /// Opens the settings of the public address.
    OpenAddress = "Open public address",
    /// Opens the allowed addresses of the connection.
    EditAllowList = "Edit allowed addresses",
    /// Opens the connection's rule for people with a local account.
    ChangeRule = "Change rule",
    /// Opens the person.
    OpenPerson = "Open user",
    /// Opens the matches that need a decision.
    Decide = "Decide",
    /// Resumes the connection.
    Resume = "Resume",
    /// Opens the history of the person or group.
    ShowHistory = "Show history",
    /// Opens the settings of the server.
    OpenServer = "Open settings",
    /// Opens the check of the public address.
    CheckAddress = "Check address",
    /// Opens what is known of the certificate of the public address.
    SeeCertificate = "See certificate",
    /// Opens the settings of the data.
    SeeData = "See data",
    /// Opens the backups.
    SeeBackups = "See backups",
    /// Opens the audit entries.
    SeeAudit = "See audit",
    /// Opens what is known of the clock.
    CheckClock = "Check the clock",
    /// Opens the connections that a restore has paused.
    CheckAndResume = "Check and resume",
    /// Opens the list of people.
    SeePeople = "See people",
    /// Opens the folder of the program's log.
    OpenLogs = "Open log folder",
    /// Opens the refused requests of the connection.
    SeeActivity = "See why",
    /// Opens the tokens of the connection.
    SeeTokens = "See tokens",
    /// Opens the connection.
    OpenConnection = "Open",
    /// Shows how people are assigned in the identity provider.
    ShowAssign = "Show how to assign",
    /// Opens how the identity provider deviates from the RFC.
    SeeDeviations = "See compatibility",
    /// Opens which attributes arrive.
    OpenMapping = "Open mapping",
    /// Copies the usual mapping of the identity provider, and opens which attributes arrive.
    CopyMapping = "Copy the mapping",
    /// Opens the choice of the account's e-mail address, with the one that arrives, before it is saved.
    UseThisPath = "Use this path instead",
    /// Opens the test in which a person leaves.
    TestLeaver = "Test a leaver",
    /// Takes the refused writes out of what is shown.
    SetAside = "Set aside",
    /// Opens the group.
    OpenGroup = "Open group",
    /// Pauses the connection.
    Pause = "Pause",
    /// Opens the preview of an undo of what the connection did since.
    Undo = "Undo",
    /// Opens the held removals of the connection.
    OpenHeld = "See held removals",
    /// Allows the held removals: they are done when they arrive again.
    LetThrough = "Allow removals",
    /// Refuses removals until the hold ends.
    KeepRefusing = "Keep refusing",
    /// Opens who waits to be let through.
    OpenWithheld = "Let users through",
    /// Opens the console of the identity provider in the browser.
    OpenConsole = "Open the console",
    /// Opens the person, with the question whether to block their sign-in here.
    BlockPerson = "Block sign-in here now",
    /// Opens the look-up of one person.
    LookUpLeaver = "Look up a person who left",
    /// Turns on that this computer remains awake while it serves.
    KeepAwake = "Keep awake",
    /// Opens the support bundle.
    CreateBundle = "Create support bundle",
    /// Copies the request as a text for a ticket, without values of people.
    CopyReport = "Copy report",
}

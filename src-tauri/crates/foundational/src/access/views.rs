//! What the UI sees of accounts and sessions.

use serde::{Deserialize, Serialize};
use store::Role;
use ts_rs::TS;

use crate::server::views::ServerView;

/// The first thing a window asks for.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Status {
    /// No person has an account yet: show the first run.
    pub first_run: bool,
    /// Who is signed in at this window.
    pub session: Option<SessionView>,
    /// Why the last session ended, when it was not the person's own choice.
    pub ended: Option<String>,
    /// The SCIM server and the address under which providers reach it.
    pub server: ServerView,
    /// This build's version.
    pub version: String,
    /// The accounts that the sign-in screen offers while no person is signed in. None: they are too many, so the e-mail address is
    /// asked for.
    pub signers: Option<Vec<Signer>>,
    /// A window that was not touched for so many minutes is locked.
    pub idle_minutes: u32,
    /// People may stay signed in on this computer.
    pub may_remember: bool,
}

/// A person who may sign in, as everybody at this computer may see them: by name.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Signer {
    pub id: String,
    pub name: String,
    /// Only where two have the same name.
    pub email: Option<String>,
}

/// A signed-in person.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SessionView {
    pub person_id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Signed in with a one-time passcode: a password must be chosen first.
    pub must_choose_password: bool,
    /// Locked by hand or by idleness: everything but unlock and sign-out is refused.
    pub locked: bool,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CreateFirst {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecoveryKey {
    /// Shown once; only its hash is stored.
    pub recovery_key: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SignIn {
    /// Who it is, by the address that was typed,
    #[serde(default)]
    #[ts(optional)]
    pub email: Option<String>,
    /// or by the name that was chosen.
    #[serde(default)]
    #[ts(optional)]
    pub person_id: Option<String>,
    pub password: String,
    /// Stay signed in on this computer for seven days.
    #[serde(default)]
    pub remember: bool,
}

/// The password again: unlocks, or confirms a sensitive act for five minutes.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Password {
    pub password: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Recover {
    pub recovery_key: String,
    pub new_password: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ChangePassword {
    pub password: String,
    pub new_password: String,
}

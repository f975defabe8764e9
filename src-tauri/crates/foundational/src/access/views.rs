//! What the UI sees of accounts and sessions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Role;
use ts_rs::TS;

use crate::views::Reach;

/// The first thing a window asks for.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Status {
    /// Nobody has an account yet: show the first run.
    pub first_run: bool,
    /// Who is signed in at this window.
    pub session: Option<SessionView>,
    /// Why the last session ended, when it was not the person's own choice.
    pub ended: Option<String>,
    /// The SCIM server and the address under which providers reach it.
    pub server: ServerView,
    /// This build's version.
    pub version: String,
    /// Whom the sign-in screen offers while nobody is signed in. None: they are too many, so the e-mail address is
    /// asked for.
    pub signers: Option<Vec<Signer>>,
    /// A window that nobody touched for so many minutes is locked.
    pub idle_minutes: u32,
    /// People may stay signed in on this computer.
    pub may_stay: bool,
}

/// Somebody who may sign in, as everybody at this computer may see them: by name.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Signer {
    pub id: String,
    pub name: String,
    /// Told only when two have the same name.
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

/// The SCIM server of this workspace.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerView {
    pub state: ServerState,
    /// The state as screens show it.
    pub state_text: String,
    /// Address and port it listens on, or would.
    pub listen: String,
    /// The configured public URL without a trailing slash.
    pub public_url: Option<String>,
    /// Why it does not serve: a sentence, and what to do.
    pub problem: Option<Problem>,
    /// Since when it listens; nothing while it does not.
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// What is known of the way from the public address to here; nothing before the first check.
    pub reach: Option<Reach>,
    /// It listens elsewhere than before, and nothing has shown so far that the proxy or tunnel follows.
    pub moved: Option<Moved>,
}

/// A move of the server to another port or address of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Moved {
    /// Where it listened before: "127.0.0.1:8470".
    pub from: String,
    #[ts(type = "string")]
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ServerState {
    /// It does not listen.
    Stopped,
    /// All connections are paused.
    Paused,
    /// The public address does not lead here.
    NotReachable,
    /// It listens elsewhere than before, and nothing has come through since.
    PortChanged,
    Serving,
}

/// What is wrong, for a person.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub hint: String,
    /// A port that is free, offered when the wanted one is taken.
    pub free_port: Option<u16>,
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
    /// Shown once; only its hash is kept.
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
    pub stay: bool,
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
pub struct Listen {
    /// Address and port, as `127.0.0.1:8470`.
    pub listen: String,
}

/// Whether the server could listen at an address at this moment.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PortView {
    pub state: PortState,
    /// The program that listens there, as far as it is known: `nginx (process 812)`.
    pub holder: Option<String>,
    /// Why the address cannot be used, or is no address.
    pub problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PortState {
    Free,
    /// The server itself listens there.
    Own,
    InUse,
    Unusable,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PublicUrl {
    /// An https URL without a path; `null` removes it.
    pub public_url: Option<String>,
}

/// No arguments.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Nothing {}

/// One line of `foundational doctor`.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    pub level: Level,
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Level {
    Ok,
    Warning,
    Problem,
}

/// What one's own local account is called from now on.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Profile {
    pub name: String,
    /// What one signs in with.
    pub user_name: String,
    pub email: String,
}

/// The same for any local account.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LocalEdit {
    pub id: String,
    pub name: String,
    pub user_name: String,
    pub email: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ChangePassword {
    pub password: String,
    pub new_password: String,
}

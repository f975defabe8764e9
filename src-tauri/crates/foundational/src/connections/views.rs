//! What the UI sees of connections, tokens and the wizard.

use std::collections::BTreeMap;

use idp::Provider;
use idp::guide::EvidenceKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::views::{AsleepView, Overlap};

/// A row of the Provisioning tab, and the head of a connection's page.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConnectionView {
    pub id: String,
    pub name: String,
    pub provider: Provider,
    /// `{public URL or local address}/scim/v2/{id}`.
    pub endpoint: String,
    /// The endpoint is built from a configured public URL, not from the local address.
    pub endpoint_is_public: bool,
    pub status: ConnectionStatus,
    /// The status in words: "Setting up, step 2 of 4".
    pub status_text: String,
    /// People with an account that this connection manages, deactivated ones included.
    pub people: u64,
    /// How many of them are deactivated.
    pub deactivated: u64,
    pub groups: u64,
    #[ts(type = "string")]
    pub created_at: Timestamp,
    #[ts(type = "string | null")]
    pub last_request_at: Option<Timestamp>,
    /// How often the provider calls by itself, once that is known.
    pub rhythm: Option<Rhythm>,
    /// The newest requests were refused one after another.
    pub refusals: Option<Refusals>,
    /// When the longest-living token in use expires.
    #[ts(type = "string | null")]
    pub token_expires_at: Option<Timestamp>,
    pub tokens_usable: u32,
    pub wizard: WizardView,
    /// Why every request is put off, if it is.
    pub pause: Option<PauseView>,
}

/// A pause: only a person begins and ends it.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PauseView {
    #[ts(type = "string")]
    pub at: Timestamp,
    /// The name of who paused it, at that time; nothing when an older version did not keep it.
    pub by: Option<String>,
    /// All connections were paused with it, and are resumed with it.
    pub together: bool,
    /// A backup was restored, and nobody has looked at it since.
    pub restored: bool,
}

/// `status.rs` decides which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ConnectionStatus {
    /// The server does not listen.
    Stopped,
    Paused,
    /// The public address was found not to lead here, and nothing has arrived since.
    NotReachable,
    /// The server listens elsewhere than before, and nothing has arrived since.
    PortChanged,
    TokenExpired,
    /// It is set up, and all its tokens were revoked.
    NoToken,
    Failing,
    TokenExpiring,
    /// A provider that calls at regular times has not for a long while.
    Quiet,
    SettingUp,
    Waiting,
    Live,
}

/// How often a provider calls by itself, measured from its newest visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Rhythm {
    pub every_minutes: u32,
    /// When it is expected next; in the past when it is late.
    #[ts(type = "string")]
    pub next_at: Timestamp,
}

/// An unbroken run of refused or failed requests up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Refusals {
    pub count: u32,
    /// There were more; older ones were not counted.
    pub or_more: bool,
    #[ts(type = "string")]
    pub since: Timestamp,
}

/// The wizard's place, kept so that it resumes after the window closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WizardView {
    /// `start`, `create`, `connect`, `assign`, `test` or `finish`.
    pub step: WizardStep,
    /// The chosen kind of app, if the guide has several.
    pub variant: Option<String>,
    /// Steps and lines that the admin marked as done, with the time.
    #[ts(type = "Record<string, string>")]
    pub marks: BTreeMap<String, Timestamp>,
    #[ts(type = "string | null")]
    pub finished_at: Option<Timestamp>,
    #[ts(type = "string | null")]
    pub saved_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum WizardStep {
    Start,
    Create,
    Connect,
    Assign,
    Test,
    Finish,
}

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

/// The answer to `token.create`: the only time the token itself is told.
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

/// One line of live proof.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProofView {
    pub kind: EvidenceKind,
    /// When it was seen first; `null`: not yet.
    #[ts(type = "string | null")]
    pub seen_at: Option<Timestamp>,
    /// The request that shows it.
    pub activity_id: Option<String>,
    /// "Ada Lovelace arrived from Okta and now has an account."
    pub sentence: Option<String>,
    /// Seen, but refused: amber, with `sentence` saying why.
    pub refused: bool,
    /// Seen, not proved: by a request without a valid token, or one that began on this computer.
    pub unproved: bool,
}

/// What our server supports, for clients that ask before they call.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Supports {
    /// The `ServiceProviderConfig` as clients read it.
    #[ts(type = "Record<string, unknown>")]
    pub config: serde_json::Value,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionCreate {
    /// 2 to 60 characters, unique without regard to case.
    pub name: String,
    pub provider: Provider,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ById {
    pub id: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionRename {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionDelete {
    pub id: String,
    pub people: PeopleAfterDelete,
}

/// What becomes of a deleted connection's people. Nothing is preselected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PeopleAfterDelete {
    KeepDeactivated,
    KeepActive,
    Delete,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct WizardSave {
    pub id: String,
    pub step: WizardStep,
    pub variant: Option<String>,
    /// Step or line to mark as done by hand.
    pub mark: Option<String>,
    /// Step or line whose mark is taken back.
    pub unmark: Option<String>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum TokenLife {
    #[serde(rename = "90d")]
    Days90,
    #[serde(rename = "6m")]
    Months6,
    #[serde(rename = "1y")]
    Year1,
    #[serde(rename = "2y")]
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
pub struct ConnectionDays {
    pub id: String,
    /// When each day begins where the caller is, oldest first; the last one goes on until now.
    #[ts(type = "string[]")]
    pub starts: Vec<Timestamp>,
}

/// The last days of a connection.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DaysView {
    pub days: Vec<DayBar>,
    /// When this computer was asleep in that time.
    pub asleep: Vec<AsleepView>,
}

/// The requests of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DayBar {
    #[ts(type = "string")]
    pub from: Timestamp,
    pub ok: u64,
    pub refused: u64,
    pub failed: u64,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct GroupSearch {
    /// The connection's id or name.
    pub connection_id: String,
    /// A part of the name; empty: all of them.
    pub search: String,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ForProvider {
    pub provider: Provider,
}

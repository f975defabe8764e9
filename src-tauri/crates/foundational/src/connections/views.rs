//! What the UI sees of connections, tokens and the wizard.

use idp::{Provider, WayIn};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::PeopleAfterDelete;
use ts_rs::TS;

use crate::connections::wizard_views::WizardView;

/// A row of the Provisioning tab, and the head of a connection's page.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConnectionView {
    pub id: String,
    pub name: String,
    pub provider: Provider,
    /// How that reaches this computer.
    pub way: WayIn,
    /// By that way it calls the public address.
    pub uses_public_url: bool,
    /// `{public URL or local address}/scim/v2/{id}`, as it is pasted into the identity provider.
    pub endpoint: String,
    /// The endpoint is built from a configured public URL, not from the local address.
    pub endpoint_is_public: bool,
    pub status: ConnectionStatus,
    /// The status in words: "Setting up, step 2 of 4".
    pub status_text: String,
    /// What the status means, in one sentence: "Working."
    pub status_meaning: String,
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

/// A pause: only a person ends it.
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
    /// What paused it and what ends the pause, in sentences; nothing where a person paused it.
    pub reason: Option<String>,
    /// It was moved here, and is resumed once the public address is found to lead here.
    pub awaits_check: bool,
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

/// How often a provider with a clock calls by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Rhythm {
    pub every_minutes: u32,
    /// It was measured from the newest cycles; otherwise it is what its vendor says (Entra: about 40 minutes).
    pub is_measured: bool,
    /// When the newest cycle began.
    #[ts(type = "string")]
    pub last_at: Timestamp,
    /// When the next one is expected; in the past when it is late. Times that this computer slept through do not count.
    #[ts(type = "string")]
    pub next_at: Timestamp,
    /// How many of its times have passed since, sleep aside.
    pub missed: u32,
    /// The newest sleep of this computer in which a cycle was expected: the reason of a delay.
    #[ts(type = "string | null")]
    pub slept_from: Option<Timestamp>,
    #[ts(type = "string | null")]
    pub slept_until: Option<Timestamp>,
}

/// The longest unbroken run of refused or failed requests of one kind up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Refusals {
    pub count: u32,
    #[ts(type = "string")]
    pub since: Timestamp,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionCreate {
    /// 2 to 60 characters, unique without regard to case.
    pub name: String,
    pub provider: Provider,
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

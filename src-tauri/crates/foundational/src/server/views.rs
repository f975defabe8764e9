//! What an Admin sees of the SCIM server and its public URL.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::server::public_url_check::hop::Hop;

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
    /// Under which URL it answers without a public one: `http://127.0.0.1:8470`, or with a certificate an https URL.
    pub own_url: String,
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
    pub moved: Option<MovedView>,
}

/// A move of the server as screens show it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MovedView {
    #[ts(type = "string")]
    pub at: Timestamp,
    /// "Foundational moved from port 8470 to port 8471."
    pub message: String,
    /// What has to follow the server.
    pub hint: String,
    /// It is the proxy or tunnel of the public address; otherwise each identity provider.
    pub is_public: bool,
}

/// A move of the server to another port or address of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// Where it listened before: "127.0.0.1:8470".
    pub from: String,
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

/// Where the way from the public address to here is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Broken {
    pub hop: Hop,
    /// As it follows a colon: "the proxy removes the Authorization header."
    pub cause: String,
    /// What was seen there, as a sentence.
    pub seen: Option<String>,
}

/// What is known of the route from the public address to here: the last check, or a request that has arrived by it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Reach {
    pub verdict: AddressVerdict,
    /// The verdict in a sentence.
    pub message: String,
    /// What to do about it; nothing where nothing stands against it.
    #[serde(default)]
    pub hint: Option<String>,
    /// What stands against it; nothing where it leads here and everything passes.
    #[serde(default)]
    pub broken: Option<Broken>,
    #[ts(type = "string")]
    pub at: Timestamp,
    /// When the certificate ends that the last check saw; nothing while none was seen.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub certificate_ends: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum AddressVerdict {
    Reachable,
    NotReachable,
    /// Many networks do not let a computer reach its own public address.
    CantTell,
}

//! The names by which the server may be called, as the UI sees them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::HostOrigin;
use ts_rs::TS;

/// The list, beside the public address and the names of this computer.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HostsView {
    /// By name.
    pub hosts: Vec<HostView>,
    /// Until then a request with a valid token puts its name on the list: an update began to ask for it.
    #[ts(type = "string | null")]
    pub learns_until: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HostView {
    /// In small letters, without a port.
    pub name: String,
    pub origin: HostOrigin,
    #[ts(type = "string")]
    pub since: Timestamp,
    /// The Admin who added it, by the name of that time.
    pub added_by: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct HostByName {
    /// A host name or an address of the Internet; a port does not count.
    pub name: String,
}

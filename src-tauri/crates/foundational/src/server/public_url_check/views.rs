//! What an Admin sees of a check of the public address.

use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use crate::server::public_url_check::hop::Hop;
use crate::server::views::AddressVerdict;

/// Whether an address leads here, the public one or that of this network, and what passes on the way.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AddressCheck {
    pub verdict: AddressVerdict,
    /// The verdict in a sentence.
    pub message: String,
    /// The first part of the way that fails.
    pub failing: Option<Hop>,
    /// Each part of the way that was tried, in order.
    pub steps: Vec<AddressStep>,
    #[ts(type = "string")]
    pub checked_at: Timestamp,
    /// When the certificate ends; nothing while none was seen.
    #[ts(type = "string | null")]
    pub certificate_ends: Option<Timestamp>,
    /// A configuration that works, for each proxy or tunnel that is widely used, the one that probably answers first; none
    /// where the fault is not theirs.
    pub fixes: Vec<ProxyFix>,
    /// What only the computer that is to call can show: what to look at there, as sentences.
    pub elsewhere: Vec<String>,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AddressStep {
    pub hop: Hop,
    /// What is tried, as a label.
    pub name: String,
    pub ok: bool,
    /// What was seen, and where it fails what to do.
    pub detail: String,
}

/// How a proxy or tunnel is set up for this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProxyFix {
    /// "nginx".
    pub name: String,
    /// Where the text belongs.
    pub place: String,
    /// The configuration or command, with the values of this server.
    pub text: String,
}

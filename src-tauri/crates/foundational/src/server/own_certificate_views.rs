//! What an Admin sees of the certificate with which this server secures connections itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::server::acme::{Acme, ExternalAccount};
use crate::server::certificate_source::CertificateSource;
use crate::server::key_places::KeyPlace;
use crate::server::pair::PairFacts;
use crate::shapes::ExportFile;

/// The certificate of this server.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CertificateView {
    /// Where it comes from; nothing where TLS terminates elsewhere.
    pub source: Option<CertificateSource>,
    /// The pair that new connections get; nothing before one could be read.
    pub pair: Option<PairView>,
    /// The root of the private authority that has signed it.
    pub root: Option<RootView>,
    /// No authority of ACME has signed it yet: it is used until one does.
    pub is_interim: bool,
    /// Why the source is not used as it is now, as a sentence.
    pub problem: Option<String>,
    /// Where the private keys are stored, by what is on the disk now.
    pub keys: Vec<KeyPlace>,
    /// With what the form of ACME begins; the address for HTTP-01 counts once that challenge is chosen.
    pub acme_defaults: Acme,
}

/// A certificate with its key.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PairView {
    /// The host names and addresses that it is for.
    pub names: Vec<String>,
    /// Who has signed it.
    pub issuer: String,
    /// No authority has: clients trust it only where it was added by hand.
    pub is_self_signed: bool,
    #[ts(type = "string")]
    pub ends: Timestamp,
}

/// The root of the private authority. It is public; its key is not shown.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RootView {
    pub name: String,
    /// The SHA-256 of the certificate, as trust stores show it.
    pub fingerprint: String,
    #[ts(type = "string")]
    pub ends: Timestamp,
    /// The full path of the file that has it with its key.
    pub file: String,
    /// What is saved for clients.
    pub export: ExportFile,
}

/// Where the certificate is to come from.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CertificateChoice {
    /// Nothing: this server speaks plain HTTP, on this computer alone.
    pub source: Option<CertificateSource>,
    /// What the account with an authority of ACME is bound to, where it asks for that.
    pub external_account: Option<ExternalAccount>,
}

impl From<&PairFacts> for PairView {
    fn from(facts: &PairFacts) -> Self {
        Self {
            names: facts.names.clone(),
            issuer: facts.issuer.clone(),
            is_self_signed: facts.is_self_signed,
            ends: facts.ends,
        }
    }
}

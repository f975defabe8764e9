//! What an Admin sees of the certificate with which this server secures connections itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::server::certificate_files::{CertificateFiles, PairFacts};

/// The certificate of this server.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CertificateView {
    /// Its files; nothing where TLS ends elsewhere.
    pub files: Option<CertificateFiles>,
    /// The pair that new connections get; nothing before one could be read.
    pub pair: Option<PairView>,
    /// Why the files are not used as they are now, as a sentence.
    pub problem: Option<String>,
}

/// A certificate with its key.
#[derive(Clone, Debug, Serialize, TS)]
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

/// Which files are read.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CertificateChoice {
    /// Nothing: this server speaks plain HTTP, on this computer alone.
    pub files: Option<CertificateFiles>,
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

//! Why a certificate is not used as its source has it, or why an order gave no certificate.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A source that is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CertificateProblem {
    /// A sentence.
    pub why: String,
    pub since: Timestamp,
}

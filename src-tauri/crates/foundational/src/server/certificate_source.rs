//! Where the certificate comes from with which this server secures connections itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::server::acme::Acme;
use crate::server::certificate_files::CertificateFiles;

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CertificateSource {
    /// These files.
    Files(CertificateFiles),
    /// The private authority of this workspace signs it, and renews it by itself.
    PrivateAuthority,
    /// It is requested from this authority by ACME, and renewed by itself.
    Acme(Acme),
}

impl CertificateSource {
    /// As it is stored. A workspace of an earlier version has the files alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().or_else(|| serde_json::from_str(text).ok().map(Self::Files))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_before_there_were_sources_are_files() {
        let files =
            CertificateFiles { certificate: "/tls/chain.pem".to_owned(), key: "/tls/key.pem".to_owned() };
        let before = serde_json::to_string(&files).unwrap();
        assert_eq!(CertificateSource::parse(&before), Some(CertificateSource::Files(files)));
        for source in [CertificateSource::PrivateAuthority, CertificateSource::parse(&before).unwrap()] {
            let stored = serde_json::to_string(&source).unwrap();
            assert_eq!(CertificateSource::parse(&stored), Some(source), "{stored}");
        }
        assert_eq!(CertificateSource::parse("none of them"), None);
    }

    #[test]
    fn an_authority_of_before_there_was_http_01_has_the_other_challenge() {
        let before = r#"{"acme":{"directory":"https://acme.example.com","contact":null,"root":null,"acceptsTerms":true}}"#;
        let Some(CertificateSource::Acme(acme)) = CertificateSource::parse(before) else {
            panic!("it is not read")
        };
        assert_eq!(acme.http_address().unwrap(), None);
    }
}

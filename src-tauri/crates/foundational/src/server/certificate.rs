//! Why no secure connection to the public address was possible, and what a certificate says of itself.

use std::error::Error;
use std::net::IpAddr;

use jiff::Timestamp;
use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};

use crate::words::innermost;

/// The policies of which each certificate of a public authority names one: extended, domain, organisation and individual
/// validation (CA/Browser Forum, Baseline Requirements for TLS server certificates, sections 7.1.2.7.9 and 7.1.6.1).
const PUBLIC: [&str; 4] = ["2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"];

/// What stood against it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The certificate's time is over; since when, if that is known.
    Expired(Option<Timestamp>),
    /// Its time has not begun.
    NotYet,
    /// It is for other names; which, if that is known.
    OtherName(Vec<String>),
    /// No authority that this computer trusts has signed it.
    Untrusted,
    /// It was withdrawn.
    Revoked,
    /// There is no version of TLS that both ends speak, before a certificate is seen.
    Version,
    /// What answers does not speak TLS.
    Plain,
    /// This computer trusts no authority at all, so nothing can be found out.
    NoAuthorities(String),
    /// Anything else, in the words of the layer that failed.
    Other(String),
}

impl Trouble {
    /// When the certificate ended, if that is the trouble and known.
    pub(crate) const fn ended(&self) -> Option<Timestamp> {
        match self {
            Self::Expired(since) => *since,
            _ => None,
        }
    }
}

/// Finds the cause in the layers of an error.
pub(crate) fn trouble(error: &reqwest::Error) -> Trouble {
    let mut layer: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(this) = layer {
        match this.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => return of(why),
            Some(
                rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
                | rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
            ) => return Trouble::Version,
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => return Trouble::Plain,
            _ => {}
        }
        // An I/O error hides the one inside it from those who ask for its source.
        layer = match this.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => this.source(),
        };
    }
    Trouble::Other(innermost(error))
}

fn of(why: &CertificateError) -> Trouble {
    match why {
        CertificateError::Expired => Trouble::Expired(None),
        CertificateError::ExpiredContext { not_after, .. } => {
            let second = i64::try_from(not_after.as_secs()).ok();
            Trouble::Expired(second.and_then(|second| Timestamp::from_second(second).ok()))
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Trouble::NotYet,
        CertificateError::NotValidForName => Trouble::OtherName(Vec::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            Trouble::OtherName(presented.iter().map(|name| plain(name)).collect())
        }
        CertificateError::UnknownIssuer => Trouble::Untrusted,
        CertificateError::Revoked => Trouble::Revoked,
        other => Trouble::Other(other.to_string()),
    }
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub begins: Option<Timestamp>,
    pub ends: Option<Timestamp>,
    /// The host names and addresses that it is for.
    pub names: Vec<String>,
    /// Who has signed it: the common name or the organisation.
    pub issuer: String,
    pub is_self_signed: bool,
    /// It names itself one of a public authority.
    pub is_public: bool,
}

impl Certificate {
    /// Reads one in DER.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        let issuer = certificate.issuer();
        let named =
            issuer.iter_common_name().chain(issuer.iter_organization()).find_map(|name| name.as_str().ok());
        let validity = certificate.validity();
        let alternative = certificate.subject_alternative_name().ok().flatten();
        Some(Self {
            begins: Timestamp::from_second(validity.not_before.timestamp()).ok(),
            ends: Timestamp::from_second(validity.not_after.timestamp()).ok(),
            names: alternative
                .map(|all| all.value.general_names.iter().filter_map(name).collect())
                .unwrap_or_default(),
            issuer: named.unwrap_or("an authority without a name").to_owned(),
            is_self_signed: issuer == certificate.subject(),
            is_public: is_public(&certificate),
        })
    }
}

/// Whether the second certificate, in DER as the first, can be the one whose key has signed the first.
pub(crate) fn is_signed_by(der: &[u8], signer: &[u8]) -> bool {
    let (one, other) =
        (x509_parser::parse_x509_certificate(der), x509_parser::parse_x509_certificate(signer));
    matches!((one, other), (Ok((_, one)), Ok((_, other))) if one.issuer() == other.subject())
}

fn is_public(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| {
        matches!(
            extension.parsed_extension(),
            ParsedExtension::CertificatePolicies(policies)
                if policies.iter().any(|policy| PUBLIC.contains(&policy.policy_id.to_id_string().as_str()))
        )
    })
}

/// A name of a certificate, where it is one of a server; in small letters, as case says nothing in it (RFC 4343).
fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).ok().map(IpAddr::from);
            let v6 = <[u8; 16]>::try_from(*bytes).ok().map(IpAddr::from);
            v4.or(v6).map(|address| address.to_string())
        }
        _ => None,
    }
}

/// The name inside `DnsName("example.com")`.
fn plain(name: &str) -> String {
    name.split('"').nth(1).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_out_of_what_the_library_says() {
        assert_eq!(plain("DnsName(\"other.example\")"), "other.example");
        assert_eq!(plain("something else"), "something else", "another text remains as it is");
    }
}

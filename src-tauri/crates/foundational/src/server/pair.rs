//! A certificate with its key, from any source, and what is known of it.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use server::{Pair, is_name_for};
use sha2::{Digest as _, Sha256};

use crate::server::certificate::{Certificate, is_signed_by};
use crate::words::day;

/// A pair that was read or made.
#[derive(Clone, Debug)]
pub(crate) struct KnownPair {
    pub pair: Pair,
    pub facts: PairFacts,
    /// The root of the private authority that has signed it; `None` where the pair comes from files.
    pub root: Option<Root>,
}

/// What is known of a pair. Two with the same facts are the same: a certificate names its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PairFacts {
    chain: Vec<CertificateDer<'static>>,
    pub names: Vec<String>,
    pub issuer: String,
    pub is_self_signed: bool,
    pub begins: Timestamp,
    pub ends: Timestamp,
}

impl PairFacts {
    /// What the first certificate says of itself, if the chain can be used now. `path`: the file that it is in.
    ///
    /// # Errors
    /// Why it cannot be used, as a sentence.
    pub(crate) fn read(
        chain: Vec<CertificateDer<'static>>,
        path: &str,
        now: Timestamp,
    ) -> Result<Self, String> {
        let Some(first) = chain.first() else {
            return Err(format!("The file {path} has no certificate in PEM."));
        };
        let unreadable = || format!("The certificate in {path} can't be read.");
        let Certificate { begins, ends, names, issuer, is_self_signed, .. } =
            Certificate::read(first).ok_or_else(unreadable)?;
        let (begins, ends) = (begins.ok_or_else(unreadable)?, ends.ok_or_else(unreadable)?);
        if ends <= now {
            return Err(format!("The certificate in {path} expired on {}.", day(ends)));
        }
        if begins > now {
            return Err(format!("The certificate in {path} is not valid before {}.", day(begins)));
        }
        let signs = chain.iter().zip(chain.iter().skip(1)).all(|(one, signer)| is_signed_by(one, signer));
        if !signs {
            return Err(format!(
                "The certificates in {path} are not a chain. The certificate of this server comes first, and each is signed by the next."
            ));
        }
        Ok(Self { chain, names, issuer, is_self_signed, begins, ends })
    }

    /// The certificate itself, without those of the authorities.
    pub(crate) fn leaf(&self) -> Option<&CertificateDer<'static>> {
        self.chain.first()
    }

    /// Whether it is valid now for this host name.
    pub(crate) fn is_for(&self, host: &str, now: Timestamp) -> bool {
        self.is_valid(now) && self.names.iter().any(|name| is_name_for(name, host))
    }

    /// Whether its time has begun and is not over.
    pub(crate) fn is_valid(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.ends
    }
}

/// The root certificate of a private authority. It is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    der: CertificateDer<'static>,
    /// Its common name.
    pub name: String,
    pub begins: Timestamp,
    pub ends: Timestamp,
}

impl Root {
    /// Reads one; `None` where it is no certificate.
    pub(crate) fn read(der: CertificateDer<'static>) -> Option<Self> {
        let Certificate { begins, ends, issuer: name, .. } = Certificate::read(&der)?;
        Some(Self { der, name, begins: begins?, ends: ends? })
    }

    pub(crate) const fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The SHA-256 of the certificate as trust stores show it: `4F:2A:…`, 32 bytes.
    pub(crate) fn fingerprint(&self) -> String {
        let bytes: Vec<String> =
            Sha256::digest(&*self.der).iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }

    /// The certificate in PEM (RFC 7468): lines of 64 letters.
    pub(crate) fn pem(&self) -> String {
        let text = data_encoding::BASE64.encode(&self.der);
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in text.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }
}

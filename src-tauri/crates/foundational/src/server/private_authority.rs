//! The private authority of a workspace: a root certificate and its key in one private file of the data folder, and the
//! certificates that it signs for this server (RFC 5280). Those are in memory alone.

use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use server::Pair;
use store::private_file;
use zeroize::Zeroizing;

use crate::random::random_hex;
use crate::server::file_words::{unreadable, write_private};
use crate::server::pair::{KnownPair, PairFacts, Root};
use crate::server::validity::{BACKDATED, set_validity};
use crate::words::day;

/// The file in the data folder, for its owner only. A backup does not have it.
pub(crate) const FILE: &str = "authority.pem";

/// How long a root is valid: ten years.
const ROOT_VALIDITY: Duration = Duration::from_hours(24 * 3652);
/// How long a certificate of this server is valid.
const VALIDITY: Duration = Duration::from_hours(24 * 90);
/// How long before its end it is renewed: with a third of its time left.
const RENEW_BEFORE: Duration = Duration::from_hours(24 * 30);

/// What follows where the file is removed.
const NEW_ROOT: &str = "Without the file a new authority is made, whose root clients must trust.";

/// A root with its key.
pub(crate) struct Authority {
    root: Root,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// The authority of this data folder. One is made where there is no file; a file that is not valid remains as it is. It waits
    /// for the disk.
    ///
    /// # Errors
    /// Why it can't be used, as a sentence.
    pub(crate) fn open(folder: &Path, now: Timestamp) -> Result<Self, String> {
        let path = folder.join(FILE);
        match std::fs::read(&path).map(Zeroizing::new) {
            Ok(text) => {
                if let Err(error) = private_file::make_private(&path) {
                    tracing::warn!(%error, "other users may read the key of the private authority");
                }
                let unusable = |why: &str, cure: &str| {
                    format!(
                        "The private authority in {} can't be used: {why}. {cure} {NEW_ROOT}",
                        path.display()
                    )
                };
                let authority = Self::parse(&text)
                    .map_err(|why| unusable(&why, "Put the file back from a copy, or remove it."))?;
                match authority.untimely(now) {
                    Some((why, cure)) => Err(unusable(&why, cure)),
                    None => Ok(authority),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(&path, now),
            Err(error) => Err(unreadable(path.display(), &error)),
        }
    }

    fn make(path: &Path, now: Timestamp) -> Result<Self, String> {
        let number = random_hex::<4>().map_err(|error| error.message)?;
        let failed = |why: String| format!("A private authority can't be made: {why}.");
        let text = new_file(&format!("Foundational private authority {}", number.as_str()), now)
            .map_err(|error| failed(error.to_string()))?;
        let made = Self::parse(text.as_bytes()).map_err(failed)?;
        write_private(path, text.as_bytes())?;
        Ok(made)
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let der = CertificateDer::from_pem_slice(text)
            .map_err(|_shows_bytes| "it has no certificate in PEM".to_owned())?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text)
            .map_err(|_shows_bytes| "it has no private key in PEM".to_owned())?;
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256)
            .map_err(|error| format!("its private key can't be read ({error})"))?;
        if !is_authority_of(&der, &key) {
            return Err("its certificate is not that of an authority with its key".to_owned());
        }
        let root = Root::read(der).ok_or_else(|| "its certificate can't be read".to_owned())?;
        let issuer = Issuer::new(root_params(&root.name), key);
        Ok(Self { root, issuer })
    }

    /// Why its root is not valid now, and what to do.
    fn untimely(&self, now: Timestamp) -> Option<(String, &'static str)> {
        let root = &self.root;
        if root.ends <= now {
            return Some((format!("its root certificate expired on {}", day(root.ends)), "Remove the file."));
        }
        (root.begins > now).then(|| {
            let why = format!(
                "its root certificate is not valid before {}: the clock of this computer is behind, or was ahead when the \
                 authority was made",
                day(root.begins)
            );
            (why, "Correct the clock; it is looked at again every minute. If the clock is right, remove the file.")
        })
    }

    /// Whether another certificate is to be signed instead of this one, which has this root.
    pub(crate) fn is_due(
        &self,
        root: Option<&Root>,
        facts: &PairFacts,
        names: &[String],
        now: Timestamp,
    ) -> bool {
        // One that ends with the root is as long as one can be.
        let is_old = facts.ends <= now + RENEW_BEFORE && facts.ends < self.root.ends;
        // The clock was ahead when it was signed.
        let is_early = facts.begins > now;
        root != Some(&self.root) || facts.names != names || is_old || is_early
    }

    /// Signs a certificate for a new key, for these host names and addresses.
    ///
    /// # Errors
    /// Why there is no certificate, as a sentence.
    pub(crate) fn sign(&self, names: &[String], now: Timestamp) -> Result<KnownPair, String> {
        let (der, key) =
            self.sign_new(names, now).map_err(|error| format!("A certificate can't be signed: {error}."))?;
        let facts = PairFacts::read(vec![der.clone()], FILE, now)?;
        let pair = Pair::new(vec![der], PrivateKeyDer::Pkcs8(key))
            .map_err(|error| format!("The certificate and its key can't be used: {error}."))?;
        Ok(KnownPair { pair, facts, root: Some(self.root.clone()) })
    }

    fn sign_new(
        &self,
        names: &[String],
        now: Timestamp,
    ) -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Foundational");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let begins = now - BACKDATED;
        set_validity(&mut params, begins, (begins + VALIDITY).min(self.root.ends));
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der())))
    }
}

/// The text of the file of a new authority: the root certificate, then its key.
fn new_file(name: &str, now: Timestamp) -> Result<Zeroizing<String>, rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = root_params(name);
    set_validity(&mut params, now - BACKDATED, now + ROOT_VALIDITY);
    let mut text = Zeroizing::new(params.self_signed(&key)?.pem());
    text.push_str(&Zeroizing::new(key.serialize_pem()));
    Ok(text)
}

/// A root signs certificates of servers alone, and no other authority.
fn root_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

/// Whether a certificate is that of an authority, and its public key is this one's.
fn is_authority_of(der: &[u8], key: &KeyPair) -> bool {
    x509_parser::parse_x509_certificate(der).is_ok_and(|(_, certificate)| {
        certificate.is_ca() && *certificate.public_key().subject_public_key.data == *key.public_key_raw()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn names() -> Vec<String> {
        vec!["scim.example.com".to_owned(), "192.0.2.7".to_owned(), "2001:db8::1".to_owned()]
    }

    fn now() -> Timestamp {
        "2026-11-24T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_certificate_is_renewed_with_a_third_of_its_time_left_or_for_other_names() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path(), now()).unwrap();
        let signed = authority.sign(&names(), now()).unwrap();
        assert_eq!(signed.facts.names, names(), "host names and addresses of both kinds");
        let life = signed.facts.ends.duration_since(signed.facts.begins);
        assert_eq!(life.as_hours(), 90 * 24, "90 days at most");
        let root = signed.root.as_ref();
        let is_due = |now: Timestamp| authority.is_due(root, &signed.facts, &names(), now);
        assert!(!is_due(now()) && !is_due(now() + 59 * DAY), "it is as good as a new one");
        assert!(is_due(now() + 60 * DAY), "with a third of its time left");
        assert!(is_due(now() - DAY), "its time has not begun: the clock was wrong");
        assert!(authority.is_due(root, &signed.facts, &names()[1..], now()), "for other names");
        assert!(authority.is_due(None, &signed.facts, &names(), now()), "of files");
    }

    #[test]
    fn no_certificate_outlives_its_root_and_one_that_ends_with_it_is_not_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let first = Authority::open(folder.path(), now()).unwrap();
        let late = first.root.ends - 10 * DAY;
        let authority = Authority::open(folder.path(), late).unwrap();
        assert_eq!(authority.root, first.root, "it is read again");
        let signed = authority.sign(&names(), late).unwrap();
        assert_eq!(signed.facts.ends, first.root.ends);
        assert!(!authority.is_due(signed.root.as_ref(), &signed.facts, &names(), late + DAY));
        let over = Authority::open(folder.path(), first.root.ends).err().unwrap();
        assert!(over.contains("expired on") && over.contains(". Remove the file. Without"), "{over}");
    }

    #[test]
    fn a_root_that_was_made_while_the_clock_was_ahead_is_refused_until_its_time_begins() {
        let folder = tempfile::tempdir().unwrap();
        let made = Authority::open(folder.path(), now() + 10 * DAY).unwrap();
        let early = Authority::open(folder.path(), now()).err().unwrap();
        assert!(early.contains("is not valid before 4 December 2026: the clock of this"), "{early}");
        assert!(early.contains("Correct the clock; it") && !early.contains("from a copy"), "{early}");
        let begun = Authority::open(folder.path(), made.root.begins).unwrap();
        assert_eq!(begun.root, made.root, "the file remains as it is");
    }

    #[test]
    fn a_file_with_another_key_or_a_certificate_of_no_authority_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Authority::open(folder.path(), now()).err()
        };
        let (one, other) = (new_file("One", now()).unwrap(), new_file("Other", now()).unwrap());
        assert_eq!(read(one.as_str()), None, "as it was made");
        let (certificate, _) = one.split_once("-----BEGIN PRIVATE").unwrap();
        let (_, key) = other.split_once("-----BEGIN PRIVATE").unwrap();
        let key = KeyPair::from_pem(&format!("-----BEGIN PRIVATE{key}")).unwrap();
        let of_server = CertificateParams::new(names()).unwrap().self_signed(&key).unwrap().pem();
        for (text, why) in [
            (String::new(), "no certificate"),
            (certificate.to_owned(), "no private key"),
            (certificate.to_owned() + &key.serialize_pem(), "not that of an authority with its key"),
            (of_server + &key.serialize_pem(), "not that of an authority with its key"),
        ] {
            let refused = read(text.as_str()).unwrap();
            assert!(refused.contains(why), "{why}: {refused}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "the file remains as it is");
        }
    }
}

//! The certificates of ACME: the one that an authority has signed, in a private file of the data folder; the one until then;
//! and the one that answers a challenge (RFC 8737).

use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{Certificate, CertificateParams, CustomExtension, DnType, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use server::{Challenge, Pair};
use zeroize::Zeroizing;

use crate::server::file_words::{unwritable, write_private};
use crate::server::pair::{KnownPair, PairFacts};
use crate::server::validity::{BACKDATED, set_validity};

/// The file in the data folder, for its owner only. A backup does not have it.
pub(crate) const FILE: &str = "acme.pem";
/// The file that is written to test whether there is room, and how many bytes a chain with its key has at most.
const WRITE_TEST: &str = "acme.part";
const MAX_BYTES: usize = 12 * 1024;
/// How long the certificate until then is valid; it is made again at each start.
const INTERIM: Duration = Duration::from_hours(24 * 90);

/// What an order gives, in PEM.
pub(crate) struct Ordered {
    pub chain: String,
    pub key: Zeroizing<String>,
}

/// The pair that the authority with this directory has signed for this host, if it can be used now. One that can't is requested
/// again. It waits for the disk.
pub(crate) fn read(folder: &Path, directory: &str, host: &str, now: Timestamp) -> Option<KnownPair> {
    let text = std::fs::read(folder.join(FILE)).map(Zeroizing::new).ok()?;
    parse(text.strip_prefix(head(directory).as_bytes())?, host, now)
}

/// What the file begins with: which authority has signed it (RFC 7468 section 2, explanatory text).
fn head(directory: &str) -> String {
    format!("# {directory}\n")
}

fn parse(text: &[u8], host: &str, now: Timestamp) -> Option<KnownPair> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().ok()?;
    let facts = PairFacts::read(chain.clone(), FILE, now).ok()?;
    let pair = Pair::new(chain, PrivateKeyDer::from_pem_slice(text).ok()?).ok()?;
    facts.is_for(host, now).then_some(KnownPair { pair, facts, root: None })
}

/// Stores what the authority with this directory has signed for this host. One that can't be used now does not replace the one
/// that is stored, and counts as a failed order: otherwise it would be ordered again each hour.
///
/// # Errors
/// Why it is not stored, as a sentence.
pub(crate) fn write(
    folder: &Path,
    directory: &str,
    ordered: &Ordered,
    host: &str,
    now: Timestamp,
) -> Result<(), String> {
    let text = Zeroizing::new(format!("{}\n{}", ordered.chain.trim_end(), *ordered.key));
    if parse(text.as_bytes(), host, now).is_none() {
        return Err(format!(
            "The certificate that the authority signed for {host} can't be used. Check the clock of this computer."
        ));
    }
    let text = Zeroizing::new(head(directory) + text.as_str());
    write_private(&folder.join(FILE), text.as_bytes())
}

/// Tries whether what an authority gives can be stored. It gives few certificates and accounts in a time, and one whose key cannot
/// be stored is lost.
///
/// # Errors
/// Why it cannot, as a sentence.
pub(crate) fn try_to_write(folder: &Path) -> Result<(), String> {
    let file = folder.join(WRITE_TEST);
    write_private(&file, &[0; MAX_BYTES])?;
    std::fs::remove_file(&file).map_err(|error| unwritable(&file, &error))
}

/// # Errors
/// Why it is not removed, as a sentence.
pub(crate) fn remove(folder: &Path) -> Result<(), String> {
    let file = folder.join(FILE);
    match std::fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("The file {} can't be removed: {error}.", file.display()))
        }
        _ => Ok(()),
    }
}

/// Whether a third of its time is left, or less.
pub(crate) fn is_old(facts: &PairFacts, now: Timestamp) -> bool {
    facts.ends.duration_since(now) <= facts.ends.duration_since(facts.begins) / 3
}

/// A certificate that no authority has signed: with it the server listens, so that it can answer a challenge.
///
/// # Errors
/// Why there is no certificate, as a sentence.
pub(crate) fn interim(host: &str, now: Timestamp) -> Result<KnownPair, String> {
    let begins = now - BACKDATED;
    let (der, key) = self_signed(host, |params| set_validity(params, begins, begins + INTERIM))?;
    let facts = PairFacts::read(vec![der.clone()], FILE, now)?;
    let pair = Pair::new(vec![der], key).map_err(|error| unusable(&error))?;
    Ok(KnownPair { pair, facts, root: None })
}

/// What answers the challenge of TLS-ALPN-01 for this host (RFC 8737 section 3). `digest`: the SHA-256 of the key authorization.
///
/// # Errors
/// Why there is no certificate, as a sentence.
pub(crate) fn challenge(host: &str, digest: &[u8]) -> Result<Challenge, String> {
    let (der, key) = self_signed(host, |params| {
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    })?;
    Challenge::new(der, key).map_err(|error| unusable(&error))
}

fn self_signed(
    host: &str,
    with: impl FnOnce(&mut CertificateParams),
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), String> {
    let (certificate, key) = signed_by_itself(host, with).map_err(|error| unusable(&error))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok((certificate.der().clone(), key))
}

fn signed_by_itself(
    host: &str,
    with: impl FnOnce(&mut CertificateParams),
) -> Result<(Certificate, KeyPair), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "Foundational, not signed by an authority");
    with(&mut params);
    Ok((params.self_signed(&key)?, key))
}

fn unusable(error: &dyn std::error::Error) -> String {
    format!("A certificate can't be made: {error}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIRECTORY: &str = "https://acme.example.com/directory";

    #[test]
    fn a_certificate_is_old_with_a_third_of_its_time_left_and_is_read_for_its_host_alone() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["scim.example.com".to_owned()]).unwrap();
        set_validity(&mut params, now, now + Duration::from_hours(24 * 90));
        let chain = params.self_signed(&key).unwrap().pem();
        assert!(read(folder.path(), DIRECTORY, "scim.example.com", now).is_none(), "there is no file");
        assert!(try_to_write(&folder.path().join("gone")).is_err(), "a key would be lost");
        try_to_write(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the test file is removed");
        let ordered = Ordered { chain, key: Zeroizing::new(key.serialize_pem()) };
        write(folder.path(), DIRECTORY, &ordered, "scim.example.com", now).unwrap();
        let early = now - Duration::from_hours(2);
        let refused = write(folder.path(), DIRECTORY, &ordered, "scim.example.com", early).unwrap_err();
        assert!(refused.contains("the clock"), "its time has not begun: {refused}");
        let known = read(folder.path(), DIRECTORY, "scim.example.com", now).unwrap();
        assert!(!is_old(&known.facts, now + Duration::from_hours(24 * 59)));
        assert!(is_old(&known.facts, now + Duration::from_hours(24 * 60)));
        assert!(read(folder.path(), DIRECTORY, "other.example.com", now).is_none(), "it is for another host");
        let other = "https://acme.example.com/directory2";
        assert!(
            read(folder.path(), other, "scim.example.com", now).is_none(),
            "another authority has signed it"
        );
        let every = interim("*.example.com", now).unwrap().facts;
        assert!(
            every.is_for("scim.example.com", now),
            "a pair that is in use is replaced by a signed one alone"
        );
        assert!(!every.is_for("example.com", now) && !every.is_for("a.scim.example.com", now));
        let capitals = interim("SCIM.Example.com", now).unwrap().facts;
        assert!(capitals.is_for("scim.example.com", now), "whatever the case of its name");
        let over = now + Duration::from_hours(24 * 91);
        assert!(read(folder.path(), DIRECTORY, "scim.example.com", over).is_none(), "it has expired");
        remove(folder.path()).unwrap();
        remove(folder.path()).unwrap();
        assert!(read(folder.path(), DIRECTORY, "scim.example.com", now).is_none());
    }
}

//! The files of the certificate with which this server secures connections itself: a chain and its key, in PEM.

use std::fs::Metadata;
use std::path::Path;

use jiff::Timestamp;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use server::Pair;
use ts_rs::TS;
use zeroize::Zeroizing;

use crate::server::file_words::unreadable;
use crate::server::pair::{KnownPair, PairFacts};
use crate::server::unusable::Unusable;
use crate::shell::shell_word;

/// The largest file that is read, in bytes. A chain has some kilobytes.
const LARGEST: u64 = 1024 * 1024;

/// Which files they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct CertificateFiles {
    /// The full path of the chain: the certificate of this server first, then those of the authorities in the order in which
    /// they sign.
    pub certificate: String,
    /// The full path of its private key, which is not encrypted.
    pub key: String,
}

impl CertificateFiles {
    /// Reads both. It waits for the disk.
    ///
    /// # Errors
    /// Why they are not used: a file cannot be read or has none, the certificates do not sign each other, the
    /// certificate does not hold now, others may read the key, or it is another certificate's.
    pub(crate) fn read(&self, now: Timestamp) -> Result<KnownPair, Unusable> {
        let (chain, facts) = self.chain(now).map_err(|why| Unusable::at("certificate", why))?;
        let key = self.key().map_err(|why| Unusable::at("key", why))?;
        let pair = Pair::new(chain, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Unusable::at(
                "key",
                format!("The key in {} is not that of the certificate in {}.", self.key, self.certificate),
            ),
            other => Unusable::from(format!("The certificate and its key can't be used: {other}.")),
        })?;
        Ok(KnownPair { pair, facts, root: None })
    }

    fn chain(&self, now: Timestamp) -> Result<(Vec<CertificateDer<'static>>, PairFacts), String> {
        let text = contents(&self.certificate)?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|_shows_bytes| not_pem(&self.certificate))?;
        let facts = PairFacts::read(chain.clone(), &self.certificate, now)?;
        Ok((chain, facts))
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, String> {
        let text = contents(&self.key)?;
        // After it is known that the file can be read.
        let metadata = metadata(&self.key)?;
        if is_open_to_others(&metadata) {
            return Err(format!(
                "Every user of this computer can read or change the key in {}. Remove that right, for example with chmod o= {}.",
                self.key,
                shell_word(&self.key)
            ));
        }
        PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
            pem::Error::NoItemsFound => {
                format!("The file {} has no private key in PEM, or an encrypted one.", self.key)
            }
            _ => not_pem(&self.key),
        })
    }
}

fn not_pem(path: &str) -> String {
    format!("The file {path} is not a valid PEM file.")
}

fn contents(path: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let found = metadata(path)?;
    if !found.is_file() {
        return Err(format!("{path} is not a file."));
    }
    if found.len() > LARGEST {
        return Err(format!("The file {path} is larger than 1 MiB."));
    }
    std::fs::read(path).map(Zeroizing::new).map_err(|error| unreadable(path, &error))
}

fn metadata(path: &str) -> Result<Metadata, String> {
    std::fs::metadata(Path::new(path)).map_err(|error| unreadable(path, &error))
}

/// Whether users who are neither the owner nor of the file's group have a right to it.
#[cfg(unix)]
fn is_open_to_others(file: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o007 != 0
}

/// What others may do with a file is in access lists, which are those of its folder.
#[cfg(not(unix))]
const fn is_open_to_others(_: &Metadata) -> bool {
    false
}

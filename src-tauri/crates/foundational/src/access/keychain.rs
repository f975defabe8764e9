//! Where a host stores the one secret of a remembered session.

use std::path::PathBuf;

/// Where a host stores one secret between launches. Its calls may block.
pub trait Keychain: Send + Sync {
    /// Stores the secret in place of an earlier one.
    ///
    /// # Errors
    /// A sentence, when it cannot be stored.
    fn keep(&self, secret: &str) -> Result<(), String>;
    /// The secret, if one is stored and can be read.
    fn read(&self) -> Option<String>;
    /// Deletes it.
    fn clear(&self);
    /// Where it stores the secret, or would.
    fn place(&self) -> SecretPlace;
}

/// Where a secret is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the system's own keychain.
    System,
    /// In a file that only its owner reads.
    File(PathBuf),
}

/// A file that only its owner can read, for systems without a keychain.
#[derive(Debug)]
pub struct FileKeychain(pub PathBuf);

impl Keychain for FileKeychain {
    fn keep(&self, secret: &str) -> Result<(), String> {
        store::private_file::write(&self.0, secret.as_bytes()).map_err(|error| error.to_string())
    }

    fn read(&self) -> Option<String> {
        std::fs::read_to_string(&self.0).ok()
    }

    fn clear(&self) {
        // That there is none is as good.
        drop(std::fs::remove_file(&self.0));
    }

    fn place(&self) -> SecretPlace {
        SecretPlace::File(self.0.clone())
    }
}

//! The system's keychain (macOS Keychain, Windows Credential Manager, Secret Service), and a private file where there
//! is none.

use std::path::Path;

use foundational::{FileKeychain, Keychain, SecretPlace};
use keyring::v1::Entry;

/// The name under which the system shows the entry.
const SERVICE: &str = "io.foundational.desktop";

/// One secret for one data folder.
pub(crate) struct SystemKeychain {
    folder: String,
    file: FileKeychain,
}

impl SystemKeychain {
    pub(crate) fn of(folder: &Path) -> Self {
        Self { folder: folder.display().to_string(), file: FileKeychain(folder.join("stay")) }
    }

    fn entry(&self) -> Result<Entry, keyring::v1::Error> {
        Entry::new(SERVICE, &self.folder)
    }
}

impl Keychain for SystemKeychain {
    fn keep(&self, secret: &str) -> Result<(), String> {
        match self.entry().and_then(|entry| entry.set_password(secret)) {
            Ok(()) => {
                // What an earlier launch without a keychain left is worth nothing any more.
                self.file.clear();
                Ok(())
            }
            Err(error) => {
                tracing::info!(%error, "no keychain; a private file keeps the secret");
                self.file.keep(secret)
            }
        }
    }

    fn read(&self) -> Option<String> {
        self.file.read().or_else(|| self.entry().and_then(|entry| entry.get_password()).ok())
    }

    fn clear(&self) {
        self.file.clear();
        if let Err(error) = self.entry().and_then(|entry| entry.delete_credential()) {
            tracing::debug!(%error, "nothing to clear in the keychain");
        }
    }

    fn place(&self) -> SecretPlace {
        // A file that is there is what counts, whatever the keychain could do by now.
        if self.file.read().is_some() {
            return self.file.place();
        }
        match self.entry().and_then(|entry| entry.get_password()) {
            Ok(_) | Err(keyring::v1::Error::NoEntry) => SecretPlace::System,
            Err(error) => {
                tracing::info!(%error, "no keychain; a private file would keep the secret");
                self.file.place()
            }
        }
    }
}

//! Remembered sessions (stay signed in on this computer): a secret in the system's keychain, its hash in the store.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use store::{Account, AuditAct, AuditEntry};
use zeroize::Zeroizing;

use crate::access::Access;
use crate::access::actor::Caller;
use crate::access::keychain::Keychain;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::random::random_hex;

/// How long a person stays signed in without giving the password.
const REMEMBERED: Duration = Duration::from_hours(7 * 24);

/// Whether a caller is a window of this computer's own app; the session of a browser on the bridge is never remembered.
pub(crate) fn is_own_window(caller: &Caller) -> bool {
    matches!(caller, Caller::Window(name) if !name.starts_with("bridge:"))
}

impl Access {
    /// Uses the host's keychain from now on, instead of a file in the data folder.
    pub fn use_keychain(&self, keychain: Arc<dyn Keychain>) {
        *self.keychain() = keychain;
    }

    /// Lets a person who just signed in stay signed in on this computer.
    pub(crate) async fn remember_session(&self, caller: &Caller, account: &Account) -> Result<(), Error> {
        if !is_own_window(caller) || !self.security_rules().await?.remember {
            return Ok(());
        }
        let secret = random_hex::<32>()?;
        let hash = Sha256::digest(secret.as_bytes());
        let (access, account, end) = (self.clone(), account.clone(), self.latest() + REMEMBERED);
        let stored: Result<bool, Error> =
            self.store().write(async move |tx| access.store_session(tx, &account, &hash, end).await).await;
        if !stored? {
            // The account changed since the password was proved; its session ends at its next command.
            return Ok(());
        }
        let keychain = self.keychain().clone();
        let done = tokio::task::spawn_blocking(move || keychain.keep(&secret)).await;
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Error::new(
                Code::Unavailable,
                format!("You are signed in, but will have to sign in again at the next start: {why}"),
            )),
            Err(error) => Err(Error::new(Code::Internal, error.to_string())),
        }
    }

    /// Signs the person in whose session is remembered here, if there is one.
    pub(crate) async fn resume_session(&self, caller: &Caller) -> Result<(), Error> {
        if !is_own_window(caller) || !self.security_rules().await?.remember {
            return Ok(());
        }
        let keychain = self.keychain().clone();
        let Ok(Some(secret)) = tokio::task::spawn_blocking(move || keychain.read()).await else {
            return Ok(());
        };
        let secret = Zeroizing::new(secret);
        let Some(id) = self.store().remembered_person(&Sha256::digest(secret.trim().as_bytes())).await?
        else {
            return Ok(());
        };
        if let Some(account) = self.store().account(&id).await?.filter(Account::may_sign_in) {
            self.sessions().begin_unconfirmed(caller, &account, self.latest());
            let entry = self.actor(caller).audit(AuditAct::SignIn);
            self.record_act_if_possible(entry.with("remembered on this computer")).await;
        }
        Ok(())
    }

    /// Records that a session of this person ended, and ends what is remembered of it on this computer.
    pub(crate) async fn end_remembered_session(
        &self,
        caller: &Caller,
        person_id: &str,
        entry: AuditEntry,
    ) -> Result<(), Error> {
        let is_own = is_own_window(caller);
        if is_own {
            self.clear_keychain().await;
        }
        let id = person_id.to_owned();
        self.store()
            .write(async move |tx| {
                if is_own {
                    tx.end_remembered_session(&id).await?;
                }
                Ok(tx.audit(&entry).await?)
            })
            .await
    }

    /// Removes the stored secret.
    pub(crate) async fn clear_keychain(&self) {
        let keychain = self.keychain().clone();
        drop(tokio::task::spawn_blocking(move || keychain.clear()).await);
    }
}

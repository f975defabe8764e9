//! The recovery key: it gives the first Admin a new password, once.

use jiff::Timestamp;
use store::{Account, AuditAct, AuditActor, AuditEntry, AuditSubject};
use zeroize::Zeroizing;

use crate::access::Access;
use crate::access::actor::Actor;
use crate::access::password::{acceptable, not_own};
use crate::access::views::{Recover, RecoveryKey};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::random::random_bytes;
use crate::settings;
use crate::shapes::Nothing;

/// The name under which wrong recovery keys are counted.
const COUNTED_AS: &str = "recovery.hash";

impl Access {
    /// Gives the first Admin a new password for the recovery key. The key is used up by that alone, and the answer is
    /// the next: one without an Admin to use it, or whose password could not be written, is as good as before.
    pub(crate) async fn recover(&self, actor: Actor, args: Recover) -> Result<RecoveryKey, Error> {
        acceptable("newPassword", &args.new_password)?;
        let now = self.now();
        let counted = self.passwords().begin(COUNTED_AS, now)?;
        let used = settings::RECOVERY_HASH.get(self.store()).await?;
        if !self.passwords().matches(plain(&args.recovery_key), used.clone()).await? {
            let entry = actor.audit(AuditAct::SignInFail).with("recovery key");
            self.record_act_if_possible(entry).await;
            return Err(
                Error::new(Code::WrongCredentials, "That is not the recovery key.").waiting(counted.wait)
            );
        }
        self.passwords().was_right(&counted);
        let account = self.store().first_admin().await?.ok_or_else(|| {
            Error::new(
                Code::Conflict,
                "The recovery key is right, but there is no local Admin who is active and not blocked.",
            )
            .hinting("The key is still valid. Restore a backup that has such an Admin.")
        })?;
        not_own("newPassword", &args.new_password, &account.name, &account.user_name)?;
        let password = self.passwords().hash(args.new_password).await?;
        let (key, key_hash) = self.draw_recovery_key().await?;
        let before = account.clone();
        let admin = AuditActor::person(account.id.clone(), account.name.clone());
        let entry =
            AuditEntry::new(admin, AuditAct::PasswordRecover).on(AuditSubject::person(account.id.clone()));
        let (access, new) = (self.clone(), password.clone());
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let unused = settings::RECOVERY_HASH.get_in(tx).await? == used;
                if !unused || !access.replace_password(tx, &before, &new).await? {
                    return Ok(false);
                }
                store_recovery_key(tx, &key_hash, now).await?;
                tx.audit(&entry).await?;
                Ok(true)
            })
            .await;
        if !done? {
            return Err(Error::new(
                Code::Conflict,
                "The recovery key or the Admin's account was changed in the meantime.",
            )
            .hinting("The key is still valid. Try again."));
        }
        self.sessions().end(&actor.caller);
        self.password_changed(&actor.caller, &account.id, "The password was changed with the recovery key.");
        let account = Account { password_hash: Some(password), must_choose_password: false, ..account };
        self.sessions().begin(&actor.caller, &account, self.latest());
        Ok(RecoveryKey { recovery_key: key.to_string() })
    }

    /// Another recovery key; the one before is worth nothing from now on.
    pub(crate) async fn new_recovery_key(&self, actor: Actor, _: Nothing) -> Result<RecoveryKey, Error> {
        let (key, hash) = self.draw_recovery_key().await?;
        let made = self.now();
        let entry = actor.audit(AuditAct::RecoveryKeyReplace);
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                store_recovery_key(tx, &hash, made).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        done?;
        Ok(RecoveryKey { recovery_key: key.to_string() })
    }

    /// 125 random bits.
    pub(crate) async fn draw_recovery_key(&self) -> Result<(Zeroizing<String>, String), Error> {
        let key = draw_letters(5)?;
        let hash = self.passwords().hash(plain(&key)).await?;
        Ok((key, hash))
    }
}

/// Random groups of five letters and digits that cannot be mistaken for each other, 25 bits each.
pub(crate) fn draw_letters(groups: usize) -> Result<Zeroizing<String>, Error> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let bytes = random_bytes(groups * 5)?;
    let mut text = Zeroizing::new(String::with_capacity(groups * 6));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(text)
}

/// A recovery key as it is hashed: spaces, hyphens and case do not matter.
fn plain(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Stores a recovery key's hash, and when the key was made.
pub(crate) async fn store_recovery_key(
    tx: &mut store::Tx,
    hash: &String,
    made: Timestamp,
) -> Result<(), Error> {
    settings::RECOVERY_MADE_AT.set_in(tx, Some(&made)).await?;
    settings::RECOVERY_HASH.set_in(tx, Some(hash)).await
}

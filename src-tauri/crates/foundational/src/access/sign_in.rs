//! First run, sign-in, lock, recovery.

use scim::{fold, is_disguised};
use store::{Account, Role};
use zeroize::Zeroizing;

use crate::access::password::{acceptable, not_own};
use crate::access::security::keep_recovery;
use crate::access::sessions::{Actor, Caller};
use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::views::{
    ChangePassword, CreateFirst, Event, Nothing, Password, Recover, RecoveryKey, SessionView, SignIn, Signer,
    Status, Topic,
};

/// How many names the sign-in screen offers at most.
const OFFERED: u32 = 8;

pub(crate) const RECOVERY_HASH: &str = "recovery.hash";

/// How somebody says who they are.
#[derive(Clone, Copy)]
enum Who<'a> {
    /// By the e-mail address they typed.
    Named(&'a str),
    /// By their id: a name was chosen, or they are signed in already.
    Chosen(&'a str),
}

impl Foundational {
    pub(crate) async fn status(&self, mut actor: Actor, _: Nothing) -> Result<Status, Error> {
        if actor.session.is_none() && self.sessions().ended(&actor.caller).is_none() {
            self.resume_stay(&actor.caller).await?;
            actor = self.actor(&actor.caller);
        }
        let security = self.security().await?;
        let signers = if actor.session.is_none() { self.signers().await? } else { None };
        let session = actor.session.map(|session| SessionView {
            person_id: session.person_id,
            name: session.name,
            email: session.email,
            role: session.role,
            must_choose_password: session.must_choose_password,
            locked: session.locked,
        });
        Ok(Status {
            first_run: !self.store().has_accounts().await?,
            ended: if session.is_none() { self.sessions().ended(&actor.caller) } else { None },
            session,
            server: self.server_view().await?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            signers,
            idle_minutes: security.idle_minutes,
            may_stay: security.stay,
        })
    }

    /// Whom the sign-in screen offers. Names alone are told to whoever sits here: not the addresses that people sign in
    /// with elsewhere, not roles, and nothing at all where many may sign in.
    async fn signers(&self) -> Result<Option<Vec<Signer>>, Error> {
        let found = self.store().accounts_that_may_sign_in(OFFERED + 1).await?;
        if found.len() > OFFERED as usize {
            return Ok(None);
        }
        let same =
            |one: &Account| found.iter().filter(|other| fold(&other.name) == fold(&one.name)).count() > 1;
        let offered = found.iter().map(|account| Signer {
            id: account.id.clone(),
            name: account.name.clone(),
            email: same(account).then(|| account.user_name.clone()),
        });
        Ok(Some(offered.collect()))
    }

    /// Makes the first account, an Admin, and signs them in. Possible once.
    pub(crate) async fn create_first(&self, actor: Actor, args: CreateFirst) -> Result<RecoveryKey, Error> {
        let name = named("name", &args.name)?;
        let email = mail("email", &args.email)?;
        acceptable("password", &args.password)?;
        not_own("password", &args.password, &name, &email)?;
        let hash = self.passwords().hash(args.password).await?;
        let (key, key_hash) = self.draw_recovery_key().await?;
        let now = self.now();
        let account: Account = self
            .store()
            .write(async move |tx| {
                if tx.has_accounts().await? {
                    return Err(
                        Error::new(Code::Conflict, "An account exists already.").hinting("Sign in with it.")
                    );
                }
                keep_recovery(tx, &key_hash, now).await?;
                Ok(tx.create_account(&name, &email, Role::Admin, &hash, &store::Origin::default()).await?)
            })
            .await?;
        self.sessions().begin(&actor.caller, &account, self.latest());
        Ok(RecoveryKey { recovery_key: key.to_string() })
    }

    pub(crate) async fn sign_in(&self, actor: Actor, args: SignIn) -> Result<Status, Error> {
        let who = match (&args.email, &args.person_id) {
            (Some(email), None) => Who::Named(email),
            (None, Some(id)) => Who::Chosen(id),
            _ => {
                return Err(Error::new(
                    Code::Invalid,
                    "Signing in takes an e-mail address or a person's id.",
                ));
            }
        };
        let account = self.prove(who, args.password).await?;
        self.looked_at(&account).await?;
        self.sessions().begin(&actor.caller, &account, self.latest());
        if args.stay && !account.must_choose_password {
            self.stay(&actor.caller, &account).await?;
        }
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// After a restore whoever left since the backup has an account again. Whom a provider manages is let in when an
    /// Admin has looked and resumed the connection; a local Admin always can.
    async fn looked_at(&self, account: &Account) -> Result<(), Error> {
        match &account.connection_id {
            Some(id) if self.store().paused_by_restore().await?.contains(id) => Err(Error::new(
                Code::Conflict,
                "A backup was restored here, and the connection that manages your account is still paused.",
            )
            .hinting("An Admin with a local account has to check who has access, then resume it.")),
            _ => Ok(()),
        }
    }

    /// Checks a name and a password; which of them was wrong is not said.
    async fn prove(&self, who: Who<'_>, password: String) -> Result<Account, Error> {
        let found = match who {
            Who::Named(email) => self.store().account_named(email.trim()).await?,
            Who::Chosen(id) => self.store().account(id).await?,
        };
        // Wrong tries count together, whichever way the person was named.
        let name = match (&found, who) {
            (Some(account), _) => fold(&account.user_name),
            (None, Who::Named(text) | Who::Chosen(text)) => fold(text.trim()),
        };
        let counted = self.passwords().begin(&name, self.now())?;
        let account = found.filter(|account| account.active && !account.blocked);
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let right = self.passwords().matches(password, hash).await?;
        let account = account.filter(|_| right).ok_or_else(|| {
            Error::new(Code::WrongCredentials, "That didn't work. Try again.").waiting(counted.wait)
        })?;
        self.passwords().was_right(&counted);
        Ok(account)
    }

    pub(crate) async fn unlock(&self, actor: Actor, args: Password) -> Result<Status, Error> {
        if let Some(session) = &actor.session {
            self.prove(Who::Chosen(&session.person_id), args.password).await?;
            self.sessions().confirm(&actor.caller, self.latest());
        }
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// Chooses a new password, also in place of a passcode. Every other session of the person ends.
    pub(crate) async fn change_password(&self, actor: Actor, args: ChangePassword) -> Result<Status, Error> {
        acceptable("newPassword", &args.new_password)?;
        if let Some(session) = &actor.session {
            not_own("newPassword", &args.new_password, &session.name, &session.email)?;
            let same = args.password == args.new_password;
            let account = self.prove(Who::Chosen(&session.person_id), args.password).await?;
            if same {
                return Err(Error::invalid("newPassword", "This is your current password."));
            }
            let hash = self.passwords().hash(args.new_password).await?;
            self.sessions().expect_password(&actor.caller, &account.id, &hash);
            let id = account.id.clone();
            let done: Result<bool, Error> =
                self.store().write(async move |tx| Ok(tx.replace_password(&account, &hash).await?)).await;
            if !done? {
                return Err(Error::new(Code::Conflict, "Your account was changed in the meantime.")
                    .hinting("Your password was not changed. Sign in again."));
            }
            self.password_changed(&actor.caller, &id, "You changed your password at another window.");
            self.sessions().password_chosen(&actor.caller);
        }
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// Ends every session of a person whose password was replaced, except the caller's own, and says so to windows.
    /// What remembers the person on this computer ended in the transaction, by a trigger (`stay_ends`).
    pub(crate) fn password_changed(&self, caller: &Caller, person_id: &str, why: &str) {
        if self.sessions().password_changed(caller, person_id, why) {
            self.tell(Event { topic: Topic::Session, connection_id: None, id: Some(person_id.to_owned()) });
        }
    }

    pub(crate) async fn sign_out(&self, actor: Actor, _: Nothing) -> Result<Status, Error> {
        self.sessions().end(&actor.caller);
        if let Some(session) = &actor.session {
            self.end_stay(&actor.caller, &session.person_id).await?;
        }
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    pub(crate) async fn lock(&self, actor: Actor, _: Nothing) -> Result<Status, Error> {
        self.sessions().lock(&actor.caller);
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// Gives the first Admin a new password for the recovery key. The key is used up by that alone, and the answer is
    /// the next: one that leads to nobody, or whose password could not be written, is as good as before.
    pub(crate) async fn recover(&self, actor: Actor, args: Recover) -> Result<RecoveryKey, Error> {
        acceptable("newPassword", &args.new_password)?;
        let now = self.now();
        let counted = self.passwords().begin(RECOVERY_HASH, now)?;
        let used = self.store().setting(RECOVERY_HASH).await?;
        if !self.passwords().matches(plain(&args.recovery_key), used.clone()).await? {
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
        let new = password.clone();
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let unused = tx.setting(RECOVERY_HASH).await? == used;
                if !unused || !tx.replace_password(&before, &new).await? {
                    return Ok(false);
                }
                keep_recovery(tx, &key_hash, now).await?;
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
    let mut bytes = Zeroizing::new(vec![0_u8; groups * 5]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Error::new(Code::Internal, "This computer has no source of randomness.")
    })?;
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

/// A person's name: 1 to 120 characters, none of them invisible controls.
pub(crate) fn named(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if fold(text).is_empty() || length > 120 || text.chars().any(char::is_control) || is_disguised(text) {
        return Err(Error::invalid(
            field,
            format!("The name has {length} characters; it needs 1 to 120 that can be seen."),
        ));
    }
    Ok(text.to_owned())
}

/// Something that can be an e-mail address. Whether it is one, only a message could tell.
pub(crate) fn mail(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let plausible = text.len() <= 320
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && !is_disguised(text)
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if plausible {
        Ok(text.to_owned())
    } else {
        let shown: String = text.chars().take(80).collect();
        Err(Error::invalid(field, format!("\"{shown}\" is not an e-mail address such as grace@example.com.")))
    }
}

//! First run, sign-in, lock, recovery.

use scim::fold;
use store::{Account, AuditAct, AuditActor, AuditEntry, AuditSubject, Role};

use crate::access::Access;
use crate::access::actor::{Actor, Caller};
use crate::access::authenticate::WITHHELD;
use crate::access::names::{checked_email, checked_name};
use crate::access::password::{acceptable, not_own};
use crate::access::recovery::store_recovery_key;
use crate::access::views::{
    ChangePassword, CreateFirst, Password, RecoveryKey, SessionView, SignIn, Signer, Status,
};
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::shapes::Nothing;

/// How many names the sign-in screen offers at most.
const OFFERED: u32 = 8;

/// How a person identifies themselves.
#[derive(Clone, Copy)]
enum Who<'a> {
    /// By the e-mail address they typed.
    Named(&'a str),
    /// By their id: a name was chosen, or they are signed in already.
    Chosen(&'a str),
}

impl Access {
    pub(crate) async fn status(&self, mut actor: Actor, _: Nothing) -> Result<Status, Error> {
        if actor.session.is_none() && self.sessions().ended(&actor.caller).is_none() {
            self.resume_session(&actor.caller).await?;
            actor = self.actor(&actor.caller);
        }
        let security = self.security_rules().await?;
        let signers = if actor.session.is_none() { self.offered_accounts().await? } else { None };
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
            server: self.scim_server.server_view().await?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            signers,
            idle_minutes: security.idle_minutes,
            may_remember: security.remember,
        })
    }

    /// The accounts that the sign-in screen offers. It shows names alone to the person at the window: not the addresses that people sign in
    /// with elsewhere, not roles, and nothing at all where many may sign in.
    async fn offered_accounts(&self) -> Result<Option<Vec<Signer>>, Error> {
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
        let name = checked_name("name", &args.name)?;
        let email = checked_email("email", &args.email)?;
        acceptable("password", &args.password)?;
        not_own("password", &args.password, &name, &email)?;
        let hash = self.passwords().hash(args.password).await?;
        let (key, key_hash) = self.draw_recovery_key().await?;
        let now = self.now();
        let account: Account =
            self.store()
                .write(async move |tx| {
                    if tx.has_accounts().await? {
                        return Err(Error::new(Code::Conflict, "An account exists already.")
                            .hinting("Sign in with it."));
                    }
                    store_recovery_key(tx, &key_hash, now).await?;
                    let source = store::ChangeSource::default();
                    let account = tx.create_account(&name, &email, Role::Admin, &hash, &source).await?;
                    let actor = AuditActor::person(account.id.clone(), account.name.clone());
                    let entry = AuditEntry::new(actor, AuditAct::PersonCreate)
                        .on(AuditSubject::person(account.id.clone()))
                        .with("Admin");
                    tx.audit(&entry).await?;
                    Ok(account)
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
        let account = self.prove(&actor, who, args.password.clone()).await?;
        self.check_restore_pause(&account).await?;
        self.sessions().begin(&actor.caller, &account, self.latest());
        self.record_act_if_possible(self.actor(&actor.caller).audit(AuditAct::SignIn)).await;
        if args.remember && !account.must_choose_password {
            self.remember_session(&actor.caller, &account).await?;
        }
        self.hash_again_if_weak(account, args.password);
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// After a restore a person who left since the backup has an account again. An account of a provider signs in once an
    /// Admin has looked and resumed the connection; a local Admin always can.
    async fn check_restore_pause(&self, account: &Account) -> Result<(), Error> {
        match &account.connection_id {
            Some(id) if self.store().paused_by_restore().await?.contains(id) => Err(Error::new(
                Code::Conflict,
                "A backup was restored here, and the connection that manages your account is still paused.",
            )
            .hinting("An Admin with a local account has to check who has access, then resume it.")),
            _ => Ok(()),
        }
    }

    /// Checks a name and a password; the answer does not tell which of them was wrong.
    async fn prove(&self, actor: &Actor, who: Who<'_>, password: String) -> Result<Account, Error> {
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
        let tried = found.as_ref().map(|account| account.id.clone());
        let account = found.filter(|account| account.active && !account.blocked);
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let right = self.passwords().matches(password, hash).await?;
        let Some(account) = account.filter(|_| right) else {
            // What was typed for a name may be a password, so it is not recorded.
            let entry = actor.audit(AuditAct::SignInFail);
            let tried = tried.map(AuditSubject::person);
            self.record_act_if_possible(match tried {
                Some(person) => entry.on(person),
                None => entry,
            })
            .await;
            let wrong = Error::new(Code::WrongCredentials, "That didn't work. Try again.");
            return Err(wrong.waiting(counted.wait));
        };
        self.passwords().was_right(&counted);
        // Only a person who knows the password learns this.
        if !account.may_sign_in() {
            return Err(Error::new(Code::Conflict, WITHHELD).hinting("Ask an Admin of this workspace."));
        }
        Ok(account)
    }

    pub(crate) async fn unlock(&self, actor: Actor, args: Password) -> Result<Status, Error> {
        if let Some(session) = &actor.session {
            self.prove(&actor, Who::Chosen(&session.person_id), args.password).await?;
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
            let account = self.prove(&actor, Who::Chosen(&session.person_id), args.password).await?;
            if same {
                return Err(Error::invalid("newPassword", "This is your current password."));
            }
            let hash = self.passwords().hash(args.new_password).await?;
            self.sessions().expect_password(&actor.caller, &account.id, &hash);
            let (access, id) = (self.clone(), account.id.clone());
            let entry = actor.audit(AuditAct::PasswordChange).on(AuditSubject::person(id.clone()));
            let done: Result<bool, Error> = self
                .store()
                .write(async move |tx| {
                    let done = access.replace_password(tx, &account, &hash).await?;
                    if done {
                        tx.audit(&entry).await?;
                    }
                    Ok(done)
                })
                .await;
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
            self.send(Event::about(Topic::Session, person_id.to_owned()));
        }
    }

    pub(crate) async fn sign_out(&self, actor: Actor, _: Nothing) -> Result<Status, Error> {
        self.sessions().end(&actor.caller);
        if let Some(session) = &actor.session {
            let entry = actor.audit(AuditAct::SignOut);
            self.end_remembered_session(&actor.caller, &session.person_id, entry).await?;
        }
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    pub(crate) async fn lock(&self, actor: Actor, _: Nothing) -> Result<Status, Error> {
        self.sessions().lock(&actor.caller);
        self.status(self.actor(&actor.caller), Nothing {}).await
    }
}

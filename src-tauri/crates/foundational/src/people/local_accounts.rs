//! What an Admin decides about people here: local accounts, roles, blocks, and who may sign in.

use store::{AuditAct, AuditSubject, LetThrough, Role};
use zeroize::Zeroizing;

use crate::access::actor::Actor;
use crate::access::names::{checked_email, checked_name};
use crate::access::recovery::draw_letters;
use crate::context::{Room as _, audited};
use crate::error::{Code, Error};
use crate::people::People;
use crate::people::local_account_views::{LetPersonThrough, LocalPerson, Passcode, SetActive, SetRole};
use crate::shapes::{ById, Nothing};

impl People {
    /// Makes a local account that signs in first with a passcode.
    pub(crate) async fn create_local(&self, actor: Actor, args: LocalPerson) -> Result<Passcode, Error> {
        let (name, email) = (checked_name("name", &args.name)?, checked_email("email", &args.email)?);
        let (passcode, hash) = self.draw_passcode().await?;
        let (origin, taken) = (actor.origin(), email.clone());
        let made: Result<store::Account, Error> = self
            .store()
            .write(async move |tx| {
                let account = tx.create_account(&name, &email, args.role, &hash, &origin).await?;
                tx.allow_sign_in(&account.id, Some(&hash), &origin).await?;
                let role = if args.role == Role::Admin { "Admin" } else { "Member" };
                let person = AuditSubject::person(account.id.clone());
                tx.audit(&actor.audit(AuditAct::PersonCreate).on(person).with(role)).await?;
                Ok(account)
            })
            .await;
        let made = match made {
            Err(error) if error.code == Code::Conflict => {
                return Err(self.access.name_taken("email", &taken).await?);
            }
            made => made?,
        };
        Ok(Passcode { person_id: made.id, passcode: passcode.to_string() })
    }

    /// Whether an account is as it is to be: then nothing is done, and nothing is audited.
    async fn is_so(&self, id: &str, is_so: impl FnOnce(&store::Account) -> bool) -> Result<bool, Error> {
        Ok(self.store().account(id).await?.is_some_and(|account| is_so(&account)))
    }

    pub(crate) async fn set_role(&self, actor: Actor, args: SetRole) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let (id, role) = (args.id.clone(), args.role);
        if self.is_so(&id, |account| account.connection_id.is_none() && account.role == role).await? {
            return Ok(Nothing {});
        }
        let act = if role == Role::Admin { AuditAct::AdminRoleGive } else { AuditAct::AdminRoleTake };
        let entry = actor.audit(act).on(AuditSubject::person(id.clone()));
        let done =
            audited(self.store(), entry, async move |tx| Ok(tx.set_role(&id, role, &origin).await?)).await;
        local(done?, &args.id)
    }

    pub(crate) async fn set_active(&self, actor: Actor, args: SetActive) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let (id, active) = (args.id.clone(), args.active);
        if self.is_so(&id, |account| account.connection_id.is_none() && account.active == active).await? {
            return Ok(Nothing {});
        }
        let act = if active { AuditAct::PersonActivate } else { AuditAct::PersonDeactivate };
        let entry = actor.audit(act).on(AuditSubject::person(id.clone()));
        let done = audited(self.store(), entry, async move |tx| {
            let Some(person) = tx.local_person(&id).await? else { return Ok(false) };
            let mut document = person.document.clone();
            document.insert("active".to_owned(), active.into());
            tx.update_person(person, document, &origin).await?;
            Ok(true)
        })
        .await;
        local(done?, &args.id)
    }

    pub(crate) async fn delete_local(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let id = args.id.clone();
        let entry = actor.audit(AuditAct::PersonDelete).on(AuditSubject::person(id.clone()));
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let Some(person) = tx.local_person(&id).await? else { return Ok(false) };
                tx.audit(&entry).await?;
                tx.delete_local_person(person, &origin).await?;
                Ok(true)
            })
            .await;
        local(done?, &args.id)
    }

    pub(crate) async fn block(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        self.set_block(&actor, args, true).await
    }

    pub(crate) async fn unblock(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        self.set_block(&actor, args, false).await
    }

    async fn set_block(&self, actor: &Actor, args: ById, blocked: bool) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let id = args.id.clone();
        if self.is_so(&id, |account| account.blocked == blocked).await? {
            return Ok(Nothing {});
        }
        let act = if blocked { AuditAct::PersonBlock } else { AuditAct::PersonUnblock };
        let entry = actor.audit(act).on(AuditSubject::person(id.clone()));
        let done =
            audited(self.store(), entry, async move |tx| Ok(tx.block_person(&id, blocked, &origin).await?))
                .await;
        if done? { Ok(Nothing {}) } else { Err(Error::not_found("person", &args.id)) }
    }

    /// Lets one person through whose sign-in or role is withheld. Refused where the person would become an Admin, which was
    /// not seen.
    pub(crate) async fn let_through(&self, actor: Actor, args: LetPersonThrough) -> Result<Nothing, Error> {
        let (origin, LetPersonThrough { id, admin }) = (actor.origin(), args);
        let entry = actor.audit(AuditAct::PersonLetThrough).on(AuditSubject::person(id.clone()));
        let done: Result<LetThrough, Error> = self
            .store()
            .write(async move |tx| {
                let done = tx.let_person_through(&id, admin, &origin).await?;
                if done == LetThrough::Done {
                    tx.audit(&entry).await?;
                }
                Ok(done)
            })
            .await;
        match done? {
            LetThrough::Done => Ok(Nothing {}),
            LetThrough::BecomesAdmin => {
                Err(Error::new(Code::Conflict, "This user would now become an Admin.")
                    .hinting("Look at the page again before you let the user through."))
            }
            LetThrough::NotWithheld => Err(Error::new(Code::Conflict, "This user is not waiting.")
                .hinting("Another Admin has let the user through, or the access has ended.")),
        }
    }

    /// Lets a person sign in on this computer, with a passcode to be changed at first use.
    pub(crate) async fn allow_sign_in(&self, actor: Actor, args: ById) -> Result<Passcode, Error> {
        if self.store().account(&args.id).await?.is_some_and(|account| account.withheld) {
            return Err(Error::new(
                Code::Conflict,
                "This user waits to be let through, and cannot sign in until then.",
            )
            .hinting("Let the user through first."));
        }
        let (passcode, hash) = self.draw_passcode().await?;
        self.sign_in_right(&actor, &args.id, Some(hash)).await?;
        Ok(Passcode { person_id: args.id, passcode: passcode.to_string() })
    }

    pub(crate) async fn forbid_sign_in(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let account = self.store().account(&args.id).await?;
        if account.as_ref().is_some_and(|account| account.role == Role::Admin) {
            return Err(Error::new(Code::Conflict, "An Admin must be able to sign in.")
                .hinting("Make the account a Member first."));
        }
        if account.is_some_and(|account| account.password_hash.is_none()) {
            return Ok(Nothing {});
        }
        self.sign_in_right(&actor, &args.id, None).await?;
        Ok(Nothing {})
    }

    async fn sign_in_right(&self, actor: &Actor, id: &str, hash: Option<String>) -> Result<(), Error> {
        let origin = actor.origin();
        if let Some(hash) = &hash {
            // An Admin who resets their own password goes on at this window, where the passcode is shown.
            self.access.sessions().expect_password(&actor.caller, id, hash);
        }
        let person = id.to_owned();
        let act = if hash.is_some() { AuditAct::SignInAllow } else { AuditAct::SignInForbid };
        let entry = actor.audit(act).on(AuditSubject::person(person.clone()));
        let done = audited(self.store(), entry, async move |tx| {
            Ok(tx.allow_sign_in(&person, hash.as_deref(), &origin).await?)
        })
        .await;
        if !done? {
            return Err(Error::not_found("person", id));
        }
        self.access.password_changed(
            &actor.caller,
            id,
            "An Admin changed how you sign in. Your password is no longer valid.",
        );
        Ok(())
    }

    async fn draw_passcode(&self) -> Result<(Zeroizing<String>, String), Error> {
        let passcode = draw_letters(3)?;
        let hash = self.access.passwords().hash(passcode.to_string()).await?;
        Ok((passcode, hash))
    }
}

/// Provisioned people are changed where they come from.
fn local(done: bool, id: &str) -> Result<Nothing, Error> {
    if done {
        return Ok(Nothing {});
    }
    let missing = Error::not_found("local account", id);
    Err(missing.hinting("Users of a connection are changed in its identity provider."))
}

//! What a local account is called and signs in with, changed by its owner or by an Admin. People of a connection are
//! changed in their identity provider.

use store::{AccountNames, AuditAct, AuditSubject};

use crate::access::Access;
use crate::access::actor::Actor;
use crate::access::names::{checked_email, checked_name};
use crate::access::profile_views::{LocalEdit, Profile};
use crate::access::views::Status;
use crate::connections::find::connections_by_id;
use crate::context::{Room as _, audited};
use crate::error::{Code, Error};
use crate::shapes::Nothing;

impl Access {
    /// Changes one's own local account.
    pub(crate) async fn edit_profile(&self, actor: Actor, args: Profile) -> Result<Status, Error> {
        let Some(id) = actor.session.as_ref().map(|session| session.person_id.clone()) else {
            return Err(Error::new(Code::Invalid, "The command line has no profile.")
                .hinting("people.editLocal changes an account by its id."));
        };
        self.edit(&actor, &id, args).await?;
        self.status(self.actor(&actor.caller), Nothing {}).await
    }

    /// Changes anybody's local account.
    pub(crate) async fn edit_local(&self, actor: Actor, args: LocalEdit) -> Result<Nothing, Error> {
        let LocalEdit { id, name, user_name, email } = args;
        self.edit(&actor, &id, Profile { name, user_name, email }).await?;
        Ok(Nothing {})
    }

    async fn edit(&self, actor: &Actor, id: &str, args: Profile) -> Result<(), Error> {
        let Some(person) = self.store().any_person(id).await? else {
            return Err(Error::not_found("local account", id));
        };
        if let Some(connection_id) = &person.connection_id {
            return Err(self.managed(connection_id).await?);
        }
        let before = AccountNames::of(&person);
        let wanted = checked(&before, &args)?;
        if wanted == before {
            return Ok(());
        }
        if (&wanted.user_name, &wanted.email) != (&before.user_name, &before.email) {
            // It decides who signs in, and where a message about that goes.
            actor.confirmed(self.latest())?;
        }
        let (origin, person_id, taken) = (actor.origin(), id.to_owned(), wanted.user_name.clone());
        let entry = actor.audit(AuditAct::PersonEdit).on(AuditSubject::person(id.to_owned()));
        let done = audited(self.store(), entry, async move |tx| {
            Ok(tx.edit_account(&person_id, &wanted, &origin).await?.is_some())
        })
        .await;
        match done {
            Err(error) if error.code == Code::Conflict => Err(self.name_taken("userName", &taken).await?),
            Err(error) => Err(error),
            Ok(false) => Err(Error::new(Code::Conflict, "This account was changed in the meantime.")
                .hinting("Nothing was saved. Look at it again.")),
            Ok(true) => {
                // Open sessions of the person show the new name at once, and go on.
                if let Some(account) = self.store().account(id).await? {
                    self.sessions().refresh(&account);
                }
                Ok(())
            }
        }
    }

    /// Why a person of a connection is not changed here.
    async fn managed(&self, connection_id: &str) -> Result<Error, Error> {
        let connections = connections_by_id(self.store()).await?;
        let name =
            connections.get(connection_id).map_or("A connection", |connection| connection.name.as_str());
        Ok(Error::new(Code::Conflict, format!("{name} manages this account.")).hinting(
            "Change the name and e-mail address in the identity provider; they arrive here by themselves.",
        ))
    }

    /// The refusal of a name that is in use, with who has it: for the screen, which shows everybody's names anyway.
    pub(crate) async fn name_taken(&self, field: &str, user_name: &str) -> Result<Error, Error> {
        let message = match self.store().account_named(user_name).await? {
            Some(account) => format!("{user_name} already belongs to {}.", account.name),
            None => format!("{user_name} is in use already."),
        };
        Ok(Error { field: Some(field.to_owned()), ..Error::new(Code::Conflict, message) })
    }
}

/// What is wanted, if it can be taken. What is not changed is not judged: it may be older than today's rules.
fn checked(before: &AccountNames, wanted: &Profile) -> Result<AccountNames, Error> {
    let [name, user_name, email] = [&wanted.name, &wanted.user_name, &wanted.email].map(|text| text.trim());
    Ok(AccountNames {
        name: if name == before.name { name.to_owned() } else { checked_name("name", name)? },
        email: if email == before.email { email.to_owned() } else { checked_email("email", email)? },
        user_name: if user_name == before.user_name {
            user_name.to_owned()
        } else {
            checked_name("userName", user_name)?
        },
    })
}

//! By which choices name, userName and e-mail address of a connection's people follow from what its identity provider sends:
//! previewed on a person, set, and carried out for the people who exist.

use store::{AccountChoices, AccountPreview, AuditAct, EmailChoice, NameChoice, Scope, UserNameChoice};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::account_choices_views::ChoicesOf;
use crate::connections::find::find_connection;
use crate::context::Room as _;
use crate::detached::detached;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::shapes::ById;

impl Connections {
    pub(crate) async fn account_choices(&self, _: Actor, args: ById) -> Result<AccountChoices, Error> {
        Ok(find_connection(self.store(), &args.id).await?.choices)
    }

    /// What these choices would change, without a change.
    pub(crate) async fn preview_account_choices(
        &self,
        _: Actor,
        args: ChoicesOf,
    ) -> Result<AccountPreview, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let scope = Scope::of(&connection.id);
        Ok(self.store().preview_account_choices(&scope, connection.choices, args.choices).await?)
    }

    /// Sets the choices, and answers when they hold for everybody of the connection.
    pub(crate) async fn set_account_choices(
        &self,
        actor: Actor,
        args: ChoicesOf,
    ) -> Result<AccountChoices, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let (id, choices) = (connection.id.clone(), args.choices);
        let entry = actor.audit(AuditAct::AccountChoicesSet).on(&connection).with(describe(choices));
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let is_same = tx.has_account_choices(&id, choices).await?;
                let done = tx.set_account_choices(&id, choices).await?;
                if done && !is_same {
                    tx.audit(&entry).await?;
                }
                Ok(done)
            })
            .await;
        if !done? {
            return Err(Error::not_found("connection", &args.id));
        }
        let app = self.clone();
        // A task of its own: it continues when its caller ends.
        let done = detached(async move { app.finish_names().await }).await;
        done.map_err(|error| {
            error.hinting(
                "The choices are saved. Foundational tries the names that are left again within ten minutes.",
            )
        })?;
        // The address is derived when a person is read: each window reads again what it shows.
        self.send(Event::of(Topic::Lagged));
        if self.store().unfinished_names().await?.contains(&connection.id) {
            return Err(Error::new(
                Code::Unavailable,
                "The choices are saved, but Foundational is closing before all names are derived.",
            )
            .hinting("The rest is done at the next start."));
        }
        Ok(choices)
    }

    /// Derives every name again that is left of choices that were set.
    pub(crate) async fn finish_names(&self) -> Result<(), Error> {
        let _one = self.naming.lock().await;
        for id in self.store().unfinished_names().await? {
            while self.may_go_on().await && self.store().continue_names(&id).await? {}
        }
        Ok(())
    }
}

/// The choices as an audit entry names them.
fn describe(choices: AccountChoices) -> String {
    let email = match choices.email {
        EmailChoice::Primary => "the primary address",
        EmailChoice::Work => "the address of the type work",
        EmailChoice::First => "the first address",
        EmailChoice::UserName => "the userName where it is an address",
    };
    let name = match choices.name {
        NameChoice::Formatted => "the formatted name",
        NameChoice::GivenFamily => "given and family name",
        NameChoice::UserName => "the userName",
    };
    let user_name = match choices.user_name {
        UserNameChoice::AsSent => "as it is sent",
        UserNameChoice::LowerCase => "in lower case",
    };
    format!(
        "the e-mail address is {email}, the name without a displayName is {name}, the userName is shown {user_name}"
    )
}

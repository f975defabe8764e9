//! Connections and the place of their wizard.

use std::collections::BTreeMap;

use store::{AuditAct, Connection};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::views::{ConnectionCreate, ConnectionRename, ConnectionView};
use crate::connections::wizard::serialize;
use crate::connections::wizard_views::{WizardStep, WizardView};
use crate::context::{Room as _, audited};
use crate::error::Error;
use crate::limits::{LONGEST_CONNECTION_NAME, SHORTEST_CONNECTION_NAME};
use crate::shapes::{ById, Nothing};

/// How many usable tokens a connection may have: one in use and one to change over to.
pub(crate) const USABLE_TOKENS: u32 = 2;

impl Connections {
    pub(crate) async fn connection_list(&self, _: Actor, _: Nothing) -> Result<Vec<ConnectionView>, Error> {
        self.connection_views(self.store().connections().await?).await
    }

    pub(crate) async fn connection_show(&self, _: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        self.connection_view(connection).await
    }

    pub(crate) async fn connection_create(
        &self,
        actor: Actor,
        args: ConnectionCreate,
    ) -> Result<ConnectionView, Error> {
        let name = integration_name(&args.name)?;
        let wizard = serialize(&WizardView {
            step: WizardStep::Start,
            variant: None,
            marks: BTreeMap::new(),
            finished_at: None,
            saved_at: Some(self.now()),
        })?;
        let made: Result<Connection, Error> = self
            .store()
            .write(async move |tx| {
                let made = tx.create_connection(&name, args.provider.as_str(), &wizard).await?;
                tx.audit(&actor.audit(AuditAct::ConnectionCreate).on(&made)).await?;
                Ok(made)
            })
            .await;
        self.connection_view(made?).await
    }

    pub(crate) async fn connection_rename(
        &self,
        actor: Actor,
        args: ConnectionRename,
    ) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let (id, name) = (connection.id.clone(), integration_name(&args.name)?);
        if name == connection.name {
            return self.connection_show(Actor::operator(), ById { id }).await;
        }
        let entry = actor.audit(AuditAct::ConnectionRename).on(&connection).with(&name);
        audited(self.store(), entry, async move |tx| Ok(tx.rename_connection(&id, &name).await?)).await?;
        self.connection_show(Actor::operator(), ById { id: connection.id }).await
    }
}

/// An integration name: 2 to 60 characters, none of them invisible controls.
fn integration_name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if !(SHORTEST_CONNECTION_NAME..=LONGEST_CONNECTION_NAME).contains(&length)
        || text.chars().any(char::is_control)
    {
        return Err(Error::invalid(
            "name",
            format!(
                "The integration name has {length} characters; it needs {SHORTEST_CONNECTION_NAME} to {LONGEST_CONNECTION_NAME}."
            ),
        ));
    }
    Ok(text.to_owned())
}

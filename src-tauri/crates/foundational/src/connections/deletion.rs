//! Deleting connections: decided at once, done in steps that let others in between, and taken up again at the next start
//! when Foundational ends in the middle.

use scim::fold;
use store::{AuditAct, ConnectionDeletion, PeopleAfterDelete};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::views::ConnectionDelete;
use crate::context::{Room as _, audited};
use crate::detached::detached;
use crate::error::{Code, Error};
use crate::shapes::Nothing;

impl Connections {
    /// Deletes a connection and answers when nothing is left of it. From the first moment on it does not exist for its
    /// provider and on every screen, and its people are what was chosen for them.
    pub(crate) async fn connection_delete(
        &self,
        actor: Actor,
        args: ConnectionDelete,
    ) -> Result<Nothing, Error> {
        let connection = match find_connection(self.store(), &args.id).await {
            Ok(connection) => connection,
            Err(missing) => return Err(self.being_deleted(&args.id).await?.unwrap_or(missing)),
        };
        let (id, people, origin) = (connection.id.clone(), args.people, actor.origin());
        let entry = actor.audit(AuditAct::ConnectionDelete).on(&connection).with(match people {
            PeopleAfterDelete::KeepActive => "its users remain as local accounts",
            PeopleAfterDelete::KeepDeactivated => "its users remain as deactivated local accounts",
            PeopleAfterDelete::Delete => "its users are deleted",
        });
        let decided = audited(self.store(), entry, async move |tx| {
            Ok(tx.delete_connection(&id, people, &origin).await?)
        })
        .await;
        if !decided? {
            let missing = Error::not_found("connection", &args.id);
            return Err(self.being_deleted(&connection.id).await?.unwrap_or(missing));
        }
        let app = self.clone();
        // A task of its own: it continues when its caller ends.
        detached(async move { app.finish_deletions().await }).await?;
        match self.being_deleted(&connection.id).await? {
            None => Ok(Nothing {}),
            Some(_) => Err(Error::new(
                Code::Unavailable,
                "The connection is deleted, but Foundational is closing before all of its data is.",
            )
            .hinting("The rest is deleted at the next start.")),
        }
    }

    /// Takes every step that is left of the deletions that were decided.
    pub(crate) async fn finish_deletions(&self) -> Result<(), Error> {
        let _one = self.deletion.lock().await;
        for ConnectionDeletion { id, .. } in self.store().connection_deletions().await? {
            while self.may_go_on().await && self.store().continue_deletion(&id).await? {}
        }
        Ok(())
    }

    /// Why there is no connection with this id or name, if it is being deleted.
    async fn being_deleted(&self, id_or_name: &str) -> Result<Option<Error>, Error> {
        let name = fold(id_or_name.trim());
        let found = self
            .store()
            .connection_deletions()
            .await?
            .into_iter()
            .find(|one| one.id == id_or_name || fold(&one.name) == name);
        Ok(found.map(|one| {
            Error::new(Code::Conflict, format!("The connection \"{}\" is already being deleted.", one.name))
                .hinting(
                    "Its address and name can be used again; the rest of its data is deleted within moments.",
                )
        }))
    }
}

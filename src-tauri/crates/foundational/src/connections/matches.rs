//! Matches that need an Admin's decision: a provider's person with the userName of a local account.

use store::{AuditAct, AuditSubject, Person, Scope};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::{connections_by_id, find_connection};
use crate::connections::matches_views::MatchView;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::people::row::person_row;
use crate::shapes::{ById, Nothing};

impl Connections {
    pub(crate) async fn match_list(&self, _: Actor, args: ById) -> Result<Vec<MatchView>, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let connections = connections_by_id(self.store()).await?;
        let mut views = Vec::new();
        for waiting in self.store().pending_matches(Some(&connection.id)).await? {
            if let Some(row) = self.store().person_row(&waiting.person_id).await? {
                views.push(MatchView {
                    id: waiting.id,
                    arriving: waiting.incoming_name,
                    can_link: row.role != store::Role::Admin,
                    local: person_row(row, &connections),
                    at: waiting.at,
                });
            }
        }
        Ok(views)
    }

    /// The two are one person: the account is handed to the connection, whose provider finds it at its next look.
    pub(crate) async fn match_link(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let waiting = self.waiting(&args.id).await?;
        let origin = actor.origin();
        let linked: Result<Option<Person>, Error> = self
            .store()
            .write(async move |tx| {
                let connection = AuditSubject::connection_id(waiting.connection_id.clone());
                let scope = Scope::of(waiting.connection_id);
                let linked = tx.link_account(&scope, &waiting.person_id, None, &origin).await?;
                if let Some(person) = &linked {
                    let entry = actor.audit(AuditAct::MatchLink).on(connection).with(&person.display);
                    tx.audit(&entry).await?;
                }
                Ok(linked)
            })
            .await;
        linked?.map(|_| Nothing {}).ok_or_else(|| {
            Error::new(Code::Conflict, "This account is an Admin's, or belongs to a connection already.")
                .hinting("Make it a Member first, if it is the same person.")
        })
    }

    pub(crate) async fn match_keep_apart(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let waiting = self.waiting(&args.id).await?;
        let connection = AuditSubject::connection_id(waiting.connection_id.clone());
        let entry = actor.audit(AuditAct::MatchDismiss).on(connection).with(&waiting.incoming_name);
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.dismiss_match(&waiting).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        done.map(|()| Nothing {})
    }

    async fn waiting(&self, id: &str) -> Result<store::PendingMatch, Error> {
        self.store().pending_match(id).await?.ok_or_else(|| Error::not_found("matching account", id))
    }
}

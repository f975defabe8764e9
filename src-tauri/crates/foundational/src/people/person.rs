//! What the page of one person shows beside the record: who made it, who took access away, how it was linked to its
//! connection, and the last request about it.

use std::time::Duration;

use store::{AuditAct, AuditSubject, ChangeKind, Person, UnlinkOutcome};

use crate::access::actor::Actor;
use crate::access::need::Need;
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::{Room as _, audited};
use crate::data::retention::RETENTION;
use crate::diagnosis::activity;
use crate::diagnosis::activity_views::ActivityRow;
use crate::error::{Code, Error};
use crate::people::People;
use crate::people::person_views::{DoneBy, FormerOf, FormerView, LinkView};
use crate::shapes::{ById, Nothing};
use crate::words::day;

/// How long a link can be undone.
const UNDO: Duration = Duration::from_hours(30 * 24);

pub(crate) struct PersonEvents {
    pub created: Option<DoneBy>,
    pub deactivated: Option<DoneBy>,
    pub linked: Option<LinkView>,
    pub last_request: Option<ActivityRow>,
    pub formers: Vec<FormerView>,
}

impl People {
    pub(crate) async fn events_of(
        &self,
        actor: &Actor,
        person: &Person,
        connections: &ConnectionsById,
    ) -> Result<PersonEvents, Error> {
        let deactivated = if person.active {
            None
        } else {
            self.last_done(&person.id, ChangeKind::Deactivate, connections).await?
        };
        let linked = match self.store().link_of(person).await? {
            None => None,
            Some(change) => {
                let until = change.at + UNDO;
                Some(LinkView {
                    by: self.history.cause(&change, connections).await?,
                    at: change.at,
                    undo_until: (self.now() < until).then_some(until),
                })
            }
        };
        let may_see = actor.check(Need::Admin, self.latest()).is_ok();
        let last_request = if may_see { self.store().last_activity_about(&person.id).await? } else { None };
        let formers = if may_see { self.store().previous_people(&person.id).await? } else { Vec::new() };
        Ok(PersonEvents {
            created: self.last_done(&person.id, ChangeKind::Create, connections).await?,
            deactivated,
            linked,
            last_request: last_request.as_ref().map(activity::row),
            formers: formers
                .into_iter()
                .map(|former| FormerView {
                    id: former.id,
                    name: former.display,
                    deleted_at: former.deleted_at,
                    attached: former.is_attached,
                })
                .collect(),
        })
    }

    async fn last_done(
        &self,
        id: &str,
        kind: ChangeKind,
        connections: &ConnectionsById,
    ) -> Result<Option<DoneBy>, Error> {
        Ok(match self.store().last_change_of_kind(id, kind).await? {
            None => None,
            Some(change) => {
                Some(DoneBy { by: self.history.cause(&change, connections).await?, at: change.at })
            }
        })
    }

    /// Why there is no such person: one who was deleted is retained for a while, and may come back.
    pub(crate) async fn no_person(&self, id: &str) -> Result<Error, Error> {
        let Some(deleted) = self.store().deleted_person(id).await? else {
            return Ok(Error::not_found("person", id));
        };
        let connections = connections_by_id(self.store()).await?;
        let by = match self.store().last_change_of_kind(id, ChangeKind::Delete).await? {
            Some(change) => format!(" by {}", self.history.cause(&change, &connections).await?),
            None => String::new(),
        };
        let message = format!("{} was deleted{by} on {}.", deleted.display, day(deleted.deleted_at));
        let hint = format!(
            "The record is deleted for good on {}. Until then, the same userName and externalId from the same connection \
             restore it under the same id, without its rights.",
            day(deleted.deleted_at + RETENTION)
        );
        Ok(Error::new(Code::NotFound, message).hinting(hint))
    }

    /// The same person as before: joins the history of one who was deleted to this person's. No right comes with it.
    pub(crate) async fn attach_history(&self, actor: Actor, args: FormerOf) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let entry = actor.audit(AuditAct::HistoryAttach).on(AuditSubject::person(args.id.clone()));
        let done = audited(self.store(), entry, async move |tx| {
            Ok(tx.attach_history(&args.id, &args.former_id, &origin).await?)
        })
        .await;
        if done? {
            return Ok(Nothing {});
        }
        let message = "No deleted user with this userName or externalId has this id, or the history is already attached.";
        Err(Error::new(Code::Conflict, message)
            .hinting("Reload the user's page; it lists the histories that can be attached."))
    }

    /// Takes that back.
    pub(crate) async fn detach_history(&self, actor: Actor, args: FormerOf) -> Result<Nothing, Error> {
        let origin = actor.origin();
        let entry = actor.audit(AuditAct::HistoryDetach).on(AuditSubject::person(args.id.clone()));
        let done = audited(self.store(), entry, async move |tx| {
            Ok(tx.detach_history(&args.id, &args.former_id, &origin).await?)
        })
        .await;
        if done? {
            return Ok(Nothing {});
        }
        Err(Error::new(Code::Conflict, "That history is not attached to this user."))
    }

    /// Makes a local account again of one that was linked to a connection in the last thirty days.
    pub(crate) async fn undo_link(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let (origin, since, id) = (actor.origin(), self.now() - UNDO, args.id);
        let entry = actor.audit(AuditAct::LinkUndo).on(AuditSubject::person(id.clone()));
        let done: Result<UnlinkOutcome, Error> = self
            .store()
            .write(async move |tx| {
                let outcome = tx.undo_link(&id, since, &origin).await?;
                if matches!(outcome, UnlinkOutcome::Done) {
                    tx.audit(&entry).await?;
                }
                Ok(outcome)
            })
            .await;
        match done? {
            UnlinkOutcome::Done => Ok(Nothing {}),
            UnlinkOutcome::NotLinked => {
                Err(Error::new(Code::Conflict, "This user was not linked from a local account.")
                    .hinting("Only a link from a local account can be undone."))
            }
            UnlinkOutcome::TooLate => Err(Error::new(Code::Conflict, "This link is older than 30 days.")
                .hinting("Unassign the user in the identity provider instead.")),
        }
    }
}

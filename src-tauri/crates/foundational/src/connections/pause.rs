//! Pausing and resuming provisioning: one connection individually, or all of them together.

use store::{AuditAct, Connection, PauseCause};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::views::ConnectionView;
use crate::context::{Room as _, audited};
use crate::error::{Code, Error};
use crate::shapes::{ById, Nothing};

impl Connections {
    pub(crate) async fn connection_pause(&self, actor: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        if connection.pause.as_ref().is_some_and(|pause| !pause.by_pause_all) {
            return self.connection_show(Actor::operator(), args).await;
        }
        let entry = actor.audit(AuditAct::ConnectionPause).on(&connection);
        audited(self.store(), entry, async move |tx| {
            Ok(tx.pause_connection(&connection.id, &actor.name()).await?)
        })
        .await?;
        self.connection_show(Actor::operator(), args).await
    }

    pub(crate) async fn connection_resume(&self, actor: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        if self.awaits_check(&connection) {
            return Err(Error::new(
                Code::Conflict,
                format!(
                    "{} was moved here, and no check has found since that the public address leads here.",
                    connection.name
                ),
            )
            .hinting(
                "Check the public address in Settings. Where this computer cannot reach its own address, resume without a check.",
            ));
        }
        self.resume(actor, connection, AuditAct::ConnectionResume).await
    }

    /// Resumes a connection although the address that its identity provider calls may lead elsewhere.
    pub(crate) async fn connection_resume_unchecked(
        &self,
        actor: Actor,
        args: ById,
    ) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        self.resume(actor, connection, AuditAct::ConnectionResumeUnchecked).await
    }

    /// Whether a connection that was moved here waits until the public address is found to lead here. One whose identity provider
    /// does not use that address has nothing to wait for.
    pub(crate) fn awaits_check(&self, connection: &Connection) -> bool {
        let moved = connection.pause.as_ref().filter(|pause| pause.cause == PauseCause::MoveHere);
        let Some(pause) = moved.filter(|_| connection.way_in.is_public()) else { return false };
        !self.scim_server.exposure().reach.leads_here_since(pause.at)
    }

    async fn resume(
        &self,
        actor: Actor,
        connection: Connection,
        act: AuditAct,
    ) -> Result<ConnectionView, Error> {
        let id = connection.id.clone();
        if connection.pause.is_none() {
            return self.connection_show(Actor::operator(), ById { id }).await;
        }
        let entry = actor.audit(act).on(&connection);
        audited(self.store(), entry, async move |tx| Ok(tx.resume_connection(&connection.id).await?)).await?;
        self.connection_show(Actor::operator(), ById { id }).await
    }

    /// Pauses every connection that is not paused yet.
    pub(crate) async fn pause_together(&self, actor: Actor, _: Nothing) -> Result<Nothing, Error> {
        if self.store().connections().await?.iter().all(|one| one.pause.is_some()) {
            return Ok(Nothing {});
        }
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.pause_all(&actor.name()).await?;
                Ok(tx.audit(&actor.audit(AuditAct::PauseAll)).await?)
            })
            .await;
        done.map(|()| Nothing {})
    }

    /// Resumes what was paused together. What a person paused by itself waits for a person to resume it by itself.
    pub(crate) async fn resume_together(&self, actor: Actor, _: Nothing) -> Result<Nothing, Error> {
        let is_paused = |one: &Connection| one.pause.as_ref().is_some_and(|pause| pause.by_pause_all);
        if !self.store().connections().await?.iter().any(is_paused) {
            return Ok(Nothing {});
        }
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.resume_all().await?;
                Ok(tx.audit(&actor.audit(AuditAct::ResumeAll)).await?)
            })
            .await;
        done.map(|()| Nothing {})
    }
}

//! Pausing and resuming provisioning: one connection individually, or all of them together.

use store::AuditAct;

use crate::access::sessions::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::views::ConnectionView;
use crate::context::Room as _;
use crate::error::Error;
use crate::shapes::{ById, Nothing};

impl Connections {
    pub(crate) async fn connection_pause(&self, actor: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let done = tx.pause_connection(&connection.id, &actor.name()).await?;
                if done {
                    tx.audit(&actor.audit(AuditAct::ConnectionPause).on(&connection)).await?;
                }
                Ok(done)
            })
            .await;
        done?;
        self.connection_show(Actor::operator(), args).await
    }

    pub(crate) async fn connection_resume(&self, actor: Actor, args: ById) -> Result<ConnectionView, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let done: Result<bool, Error> = self
            .store()
            .write(async move |tx| {
                let done = tx.resume_connection(&connection.id).await?;
                if done {
                    tx.audit(&actor.audit(AuditAct::ConnectionResume).on(&connection)).await?;
                }
                Ok(done)
            })
            .await;
        done?;
        self.connection_show(Actor::operator(), args).await
    }

    /// Pauses every connection that is not paused yet.
    pub(crate) async fn pause_together(&self, actor: Actor, _: Nothing) -> Result<Nothing, Error> {
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

//! Undoing: decided at once, done in steps that let others in between, and taken up again at the next start when
//! Foundational ends in the middle.

use store::{AuditAct, UndoJob, UndoState};

use crate::access::actor::Actor;
use crate::connections::find::connections_by_id;
use crate::context::Room as _;
use crate::detached::detached;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::history::History;
use crate::history::undo::row;
use crate::history::undo_views::{UndoStart, UndoStatusQuery, UndoView};
use crate::history::undo_words::{extent, title};
use crate::limits::{ROWS, checked_page};

impl History {
    /// Undoes what a preview showed, and answers when no step is left. What changed after the preview is not overwritten.
    pub(crate) async fn undo_start(&self, actor: Actor, args: UndoStart) -> Result<UndoView, Error> {
        self.refuse_second_undo().await?;
        let id = {
            let _one = self.undoing.lock().await;
            self.refuse_second_undo().await?;
            self.decide_undo(actor, args).await?
        };
        let app = self.clone();
        // A task of its own: it continues when its caller ends.
        let done = detached(async move { app.finish_undos().await }).await;
        done.map_err(|error| {
            error.hinting(
                "The undo has begun. Foundational tries the steps that are left again within ten minutes.",
            )
        })?;
        match self.store().undo(Some(&id)).await? {
            Some(job) if job.state == UndoState::Done => self.undo_view(job, 0, ROWS as u64).await,
            _ => Err(Error::new(
                Code::Unavailable,
                "The undo began, but Foundational is closing before all of its steps are taken.",
            )
            .hinting("The rest is done at the next start.")),
        }
    }

    /// How far an undo is, or how it ended. `None`: there was none yet.
    pub(crate) async fn undo_status(
        &self,
        _: Actor,
        args: UndoStatusQuery,
    ) -> Result<Option<UndoView>, Error> {
        let limit = checked_page(args.limit)?;
        let Some(job) = self.store().undo(args.id.as_deref()).await? else {
            return args.id.map_or(Ok(None), |id| Err(Error::not_found("undo", &id)));
        };
        Ok(Some(self.undo_view(job, args.offset, limit).await?))
    }

    /// Takes every step that is left of undos that were decided.
    pub(crate) async fn finish_undos(&self) -> Result<(), Error> {
        let _one = self.undoing.lock().await;
        self.store().discard_planned_undos().await?;
        while let Some(job) = self.store().unfinished_undo().await? {
            while self.may_go_on().await && self.store().continue_undo(&job).await? {
                self.send(Event::about(Topic::Undo, job.id.clone()));
            }
            self.send(Event::about(Topic::Undo, job.id.clone()));
            if !self.may_go_on().await {
                break;
            }
        }
        Ok(())
    }

    async fn refuse_second_undo(&self) -> Result<(), Error> {
        match self.store().unfinished_undo().await? {
            None => Ok(()),
            Some(job) => Err(Error::new(
                Code::Conflict,
                format!(
                    "Another undo is running: {} of {} steps are taken.",
                    job.done + job.skipped,
                    job.total
                ),
            )
            .hinting("Wait until it has ended.")),
        }
    }

    /// Plans the undo again as of the preview, writes its steps, and decides it. Answers its id.
    async fn decide_undo(&self, actor: Actor, args: UndoStart) -> Result<String, Error> {
        let found = self.find_undo(&args.of).await?;
        let plan = self.store().undo_plan(&found.selection, Some(args.seen)).await?;
        if plan.steps.iter().all(|step| step.obstacle.is_some()) {
            return Err(Error::new(Code::Conflict, "There is nothing to undo.")
                .hinting("The preview shows why each step is not taken."));
        }
        let by = (actor.origin().actor, actor.name());
        let id = self.store().save_undo(&found.selection, plan, args.admins, by).await?;
        let paused = match found.connection_id.filter(|_| args.pause) {
            Some(id) => self.store().connection(&id).await?.filter(|connection| connection.pause.is_none()),
            None => None,
        };
        let mut entry = actor.audit(AuditAct::ChangesUndo).with(extent(&found.selection));
        if let Some(subject) = found.audit_subject {
            entry = entry.on(subject);
        }
        let of = id.clone();
        let decided: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                if let Some(connection) = paused {
                    tx.pause_connection(&connection.id, &actor.name()).await?;
                    tx.audit(&actor.audit(AuditAct::ConnectionPause).on(&connection)).await?;
                }
                tx.begin_undo(&of).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        decided.map(|()| id)
    }

    async fn undo_view(&self, job: UndoJob, offset: u64, limit: u64) -> Result<UndoView, Error> {
        let steps = self.store().undo_steps(&job.id, offset, limit).await?;
        let connections = connections_by_id(self.store()).await?;
        let actors = self.actors(steps.iter().filter_map(|step| step.obstacle.as_ref())).await?;
        let found = self.describe_undo(job.selection).await?;
        let rows = steps.iter().map(|step| {
            row(
                (step.act, step.is_group, &step.resource_id, &step.display),
                step.members,
                step.obstacle.as_ref(),
                &actors,
                &connections,
            )
        });
        Ok(UndoView {
            id: job.id,
            title: title(&found.selection, &found.subject),
            by: job.actor_name,
            at: job.at,
            state: job.state,
            ended_at: job.ended_at,
            total: job.total,
            done: job.done,
            skipped: job.skipped,
            rows: rows.collect(),
        })
    }
}

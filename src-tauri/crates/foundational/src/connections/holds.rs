//! Held removals: what they are, what an Admin answers, and what happens without an answer.

use std::time::Duration;

use store::{AuditAct, AuditEntry, Connection, HeldRemoval, HoldAnswer, Tx};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::hold_words::{headline, meaning, pauses_at, removal};
use crate::connections::holds_views::{HeldRemovalView, HoldView};
use crate::context::{Room as _, audited};
use crate::detached::detached;
use crate::diagnosis::facts::name_of_idp;
use crate::error::{Code, Error};
use crate::limits::ROWS;
use crate::shapes::{ById, Nothing};
use crate::words::counted;

/// How long a hold is remembered after it was answered and nothing of it is left: as long as its removals are counted.
const REMEMBERED: Duration = Duration::from_hours(8 * 24);

impl Connections {
    /// The held removals of a connection; `None` when none is left to be done and none is refused.
    pub(crate) async fn hold_show(&self, _: Actor, args: ById) -> Result<Option<HoldView>, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let Some(hold) = connection.hold.clone() else { return Ok(None) };
        let left = self.store().held_removals(&connection.id, ROWS as u64).await?;
        if left.total == 0 && !hold.is_refusing() {
            return Ok(None);
        }
        let provider = idp::Provider::of(&connection.provider);
        Ok(Some(HoldView {
            headline: headline(&hold, left.total),
            meaning: meaning(&connection, &hold, name_of_idp(provider, &connection)),
            pauses_at: pauses_at(&connection, &hold),
            answer: hold.answer.map(|(answer, ..)| answer),
            total: left.total,
            applying: left.applying,
            rows: left.rows.iter().map(row).collect(),
        }))
    }

    /// What is held is done when it arrives again.
    pub(crate) async fn hold_let_through(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        self.answer(actor, &args.id, HoldAnswer::LetThrough, AuditAct::RemovalsLetThrough).await
    }

    /// Removals are refused until the hold ends.
    pub(crate) async fn hold_keep_refusing(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        self.answer(actor, &args.id, HoldAnswer::KeepRefusing, AuditAct::RemovalsRefuse).await
    }

    async fn answer(
        &self,
        actor: Actor,
        id: &str,
        answer: HoldAnswer,
        act: AuditAct,
    ) -> Result<Nothing, Error> {
        let by = actor.name();
        self.decide(actor, id, act, async move |tx, connection| {
            Ok(tx.answer_hold(&connection.id, answer, &by).await?)
        })
        .await
    }

    /// Forgets what is held, and counts removals from now on.
    pub(crate) async fn hold_end(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        self.decide(actor, &args.id, AuditAct::HoldEnd, async move |tx, connection| {
            Ok(tx.end_hold(&connection.id).await?)
        })
        .await
    }

    /// Does here, as the Admin's act, what was allowed and has not arrived again; answers when it is done.
    pub(crate) async fn hold_apply(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let origin = actor.origin();
        self.decide(actor, &args.id, AuditAct::RemovalsApply, async move |tx, connection| {
            Ok(tx.begin_applying(&connection.id, &origin).await? > 0)
        })
        .await?;
        let app = self.clone();
        // A task of its own: it continues when its caller ends.
        detached(async move { app.finish_removals().await }).await?;
        if self.store().has_unapplied_removals().await? {
            return Err(Error::new(
                Code::Unavailable,
                "The removals began, but Foundational is closing before all of them are done.",
            )
            .hinting("The rest is done at the next start."));
        }
        Ok(Nothing {})
    }

    /// Decides about a hold, with its audit entry, or refuses when there is nothing of that kind to decide.
    async fn decide<F>(&self, actor: Actor, id: &str, act: AuditAct, decision: F) -> Result<Nothing, Error>
    where
        F: for<'t> AsyncFnOnce(&'t mut Tx, &'t Connection) -> Result<bool, Error> + Send + 'static,
    {
        let connection = find_connection(self.store(), id).await?;
        let held = self.store().held_removals(&connection.id, 1).await?.total;
        let entry = actor.audit(act).on(&connection).with(counted(held, "removal", "removals"));
        let decided = audited(self.store(), entry, async move |tx| decision(tx, &connection).await).await;
        if decided? {
            Ok(Nothing {})
        } else {
            Err(Error::new(Code::Conflict, "No held removal is left for this decision.")
                .hinting("Another Admin has decided, or all of it has arrived."))
        }
    }

    /// Does every removal that is left of those that an Admin decided to do here.
    pub(crate) async fn finish_removals(&self) -> Result<(), Error> {
        let _one = self.removals.lock().await;
        while self.store().has_unapplied_removals().await?
            && self.may_go_on().await
            && self.store().apply_held_removals().await?
        {}
        Ok(())
    }

    /// Pauses the connections whose held removals no one has answered for 24 hours, and forgets the holds that are long over.
    pub(crate) async fn look_after_holds(&self) -> Result<(), Error> {
        let now = self.now();
        for connection in self.store().unanswered_holds(now).await? {
            let done: Result<(), Error> = self
                .store()
                .write(async move |tx| {
                    tx.pause_connection(&connection.id, "Foundational").await?;
                    let entry = AuditEntry::by_program(AuditAct::ConnectionPause).on(&connection);
                    Ok(tx.audit(&entry).await?)
                })
                .await;
            done?;
        }
        Ok(self.store().forget_past_holds(now - REMEMBERED).await?)
    }
}

fn row(held: &HeldRemoval) -> HeldRemovalView {
    let id = |named: &Option<(String, String)>| named.as_ref().map(|(id, _)| id.clone());
    HeldRemovalView {
        text: removal(held),
        person_id: id(&held.person),
        group_id: id(&held.group),
        at: held.at,
        activity_id: held.activity_id.clone(),
    }
}

//! How long what is stored is retained, and the deletion of what is older.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use store::{ExpiredChanges, RetentionLimits};

use crate::context::Room as _;
use crate::data::Data;
use crate::error::Error;
use crate::steps::Steps;

pub(crate) const DAY: Duration = Duration::from_hours(24);
/// How long a deleted person or group can come back under the old id.
pub(crate) const RETENTION: Duration = Duration::from_hours(24 * 30);
/// How many days the bodies of requests and answers are retained.
pub(crate) const BODY_DAYS: u32 = 7;
/// How many days requests are retained.
pub(crate) const REQUEST_DAYS: u32 = 90;
/// How many days of requests are counted and shown at once.
pub(crate) const COUNTED_DAYS: u32 = 7;
/// How many years the history of people and groups, and the audit entries, are retained.
pub(crate) const HISTORY_YEARS: u32 = 2;

impl Data {
    /// Deletes what is older than it is retained, in small steps. `now` is the time by which that is decided, and may be before a
    /// jump of the clock that has not lasted yet.
    pub(crate) async fn delete_old(&self, now: Timestamp) -> Result<(), Error> {
        let mut steps = Steps::default();
        steps.run("retention of deleted people and groups", self.purge_tombstones(now - RETENTION)).await;
        let limits = RetentionLimits {
            bodies: now - BODY_DAYS * DAY,
            // By the clock itself: what arrives after a jump is not in the future.
            future: self.now() + DAY,
            requests: now - REQUEST_DAYS * DAY,
            // The days of a window east or west of here begin at another hour.
            counts: now - (COUNTED_DAYS + 2) * DAY,
        };
        steps.run("retention of requests", self.prune_requests(limits)).await;
        steps
            .run("retention of damaged logs", async {
                Ok(self.store().remove_damaged_logs(limits.requests)?)
            })
            .await;
        steps.run("retention of history", self.prune_journal(now)).await;
        steps.run("free pages", self.release_free_pages()).await;
        steps.end()
    }

    async fn purge_tombstones(&self, limit: Timestamp) -> Result<(), Error> {
        while self.may_go_on().await
            && self.store().write(async move |tx| Ok::<_, Error>(tx.purge_tombstones(limit).await?)).await?
                > 0
        {}
        Ok(())
    }

    async fn prune_requests(&self, limits: RetentionLimits) -> Result<(), Error> {
        while self.may_go_on().await && self.store().prune_requests(limits).await? {}
        Ok(())
    }

    async fn release_free_pages(&self) -> Result<(), Error> {
        while self.may_go_on().await
            && self.store().write(async move |tx| Ok::<_, Error>(tx.release_free_pages().await?)).await?
        {
        }
        Ok(())
    }

    async fn prune_journal(&self, now: Timestamp) -> Result<(), Error> {
        let last = *self.journal_pruned_at.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now < last + DAY) {
            return Ok(());
        }
        let limit = history_since(now);
        let mut place = Some(0);
        while let Some(after) = place {
            if !self.may_go_on().await {
                return Ok(());
            }
            let ExpiredChanges { ids, next } = self.store().expired_changes(after, limit).await?;
            if !ids.is_empty() {
                let done: Result<(), Error> =
                    self.store().write(async move |tx| Ok(tx.delete_changes(&ids).await?)).await;
                done?;
            }
            place = next;
        }
        while self.may_go_on().await
            && self
                .store()
                .write(async move |tx| Ok::<_, Error>(tx.delete_audit_entries(limit).await?))
                .await?
                > 0
        {}
        while self.may_go_on().await
            && self.store().write(async move |tx| Ok::<_, Error>(tx.delete_undos(limit).await?)).await? > 0
        {
        }
        *self.journal_pruned_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }
}

/// From when on history is whole.
pub(crate) fn history_since(now: Timestamp) -> Timestamp {
    now - HISTORY_YEARS * 365 * DAY
}

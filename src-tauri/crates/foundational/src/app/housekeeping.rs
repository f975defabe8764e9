//! What is done from time to time while Foundational is open: retired tokens end, what is kept for a while only goes,
//! the public address is looked at, and a backup is made each day.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use store::{ExpiredChanges, RetentionLimits, catch_panic, spawn_supervised};

use crate::app::open::Foundational;
use crate::error::Error;

const DAY: Duration = Duration::from_hours(24);
/// How long a deleted person or group can come back under the old id.
pub(crate) const RETENTION: Duration = Duration::from_hours(24 * 30);
/// How many days the bodies of requests and answers are kept.
pub(crate) const BODY_DAYS: u32 = 7;
/// How many days requests are kept.
pub(crate) const REQUEST_DAYS: u32 = 90;
/// How many days of requests are counted and shown at once.
pub(crate) const COUNTED_DAYS: u32 = 7;
/// How many years the history of people and groups is kept.
pub(crate) const HISTORY_YEARS: u32 = 2;

const INTERVAL: Duration = Duration::from_mins(10);
/// Between two steps others may write, even on a slow disk.
const PAUSE: Duration = Duration::from_millis(2);

/// When the journal was last looked through: it is done once a day, as nothing in it is ever old within a minute.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    journal: Mutex<Option<Timestamp>>,
}

/// Starts the rounds; they end with the store.
pub(crate) fn start(app: &Foundational) {
    let app = app.clone();
    let mut closing = app.closing();
    let mut serves = app.serves().subscribe();
    drop(spawn_supervised("housekeeping", async move {
        loop {
            // A panic in one round is logged there; the next round tries again.
            if let Ok(Err(error)) = catch_panic("housekeeping", app.keep_house()).await {
                tracing::warn!(%error, "housekeeping failed; it is tried again later");
            }
            // A command of the command line has other things to do, and ends.
            if *serves.borrow_and_update()
                && let Ok(Err(error)) = catch_panic("daily backup", app.daily_backup()).await
            {
                tracing::warn!(%error, "the backup of the day failed; it is tried again later");
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = serves.changed() => {}
                _ = closing.changed() => return,
            }
        }
    }));
}

impl Foundational {
    /// One round; it happens by itself every ten minutes.
    ///
    /// # Errors
    /// The store's.
    pub async fn keep_house(&self) -> Result<(), Error> {
        // What an earlier run left in the middle.
        if let Err(error) = self.finish_deletions().await {
            tracing::warn!(%error, "a connection was not deleted to the end; it is tried again later");
        }
        self.store().renew_disk_reserve();
        for connection in self.store().connections().await? {
            self.end_retired(&connection.id).await?;
        }
        self.check_again().await?;
        self.store().save_latest_time().await?;
        self.let_go(self.retention_time().await?).await
    }

    /// Lets go of what is older than it is kept, in small steps.
    async fn let_go(&self, now: Timestamp) -> Result<(), Error> {
        let limit = now - RETENTION;
        while self.may_go_on().await
            && self.store().write(async move |tx| Ok::<_, Error>(tx.purge_tombstones(limit).await?)).await?
                > 0
        {}
        let limits = RetentionLimits {
            bodies: now - BODY_DAYS * DAY,
            requests: now - REQUEST_DAYS * DAY,
            // The days of a window east or west of here begin at another hour.
            counts: now - (COUNTED_DAYS + 2) * DAY,
        };
        while self.may_go_on().await && self.store().prune_requests(limits).await? {}
        self.store().remove_damaged_logs(limits.requests)?;
        self.look_through_journal(now).await?;
        while self.may_go_on().await
            && self.store().write(async move |tx| Ok::<_, Error>(tx.release_free_pages().await?)).await?
        {
        }
        Ok(())
    }

    async fn look_through_journal(&self, now: Timestamp) -> Result<(), Error> {
        let last = *self.rounds().journal.lock().unwrap_or_else(PoisonError::into_inner);
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
        *self.rounds().journal.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    /// Leaves room between two steps. `false`: the workspace is being closed.
    pub(crate) async fn may_go_on(&self) -> bool {
        tokio::time::sleep(PAUSE).await;
        !*self.closing().borrow()
    }
}

/// From when on history is whole.
pub(crate) fn history_since(now: Timestamp) -> Timestamp {
    now - HISTORY_YEARS * 365 * DAY
}

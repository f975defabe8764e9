//! When this computer slept.

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{Error, Store, StoreEvent};

/// An interval in which nothing could be answered, because the computer slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SleepInterval {
    /// The last sign of life before.
    pub from: Timestamp,
    /// The first one after.
    pub until: Timestamp,
}

impl Store {
    /// Keeps that the computer slept. It is written with the request log, and as durable.
    pub async fn record_sleep(&self, interval: SleepInterval) {
        let written = self.recorder().work(async move |conn| {
            sqlx::query("INSERT OR REPLACE INTO sleep_interval (from_at, until_at) VALUES ($1, $2)")
                .bind(interval.from.as_millisecond())
                .bind(interval.until.as_millisecond())
                .execute(conn)
                .await?;
            Ok(())
        });
        match written.await {
            Ok(()) => self.announce(StoreEvent::SleepInterval),
            Err(error) => tracing::error!(%error, "a sleep interval could not be written"),
        }
    }

    /// The sleep intervals that had not ended by `from`, oldest first.
    pub async fn sleep_intervals_since(&self, from: Timestamp) -> Result<Vec<SleepInterval>, Error> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT from_at, until_at FROM sleep_interval WHERE until_at > $1 ORDER BY from_at",
        )
        .bind(from.as_millisecond())
        .fetch_all(self.activity_readers())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(from, until)| SleepInterval { from: from_millis(from), until: from_millis(until) })
            .collect())
    }
}

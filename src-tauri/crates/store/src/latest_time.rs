//! The latest time that this workspace has seen, written down so that it outlives a restart.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{AuditEntry, Error, Store};

/// The setting that holds the high-water mark, in milliseconds since 1970.
const LATEST: &str = "clock.latest";
/// How far the written mark may lag behind the true one.
const LAG: Duration = Duration::from_mins(1);

impl Store {
    /// Takes the mark that an earlier process wrote. Called once, before anything that expires is judged.
    ///
    /// # Errors
    /// SQLite's.
    pub(crate) async fn load_latest_time(&self) -> Result<(), Error> {
        let mark = self.setting(LATEST).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        self.0.written_time.store(mark, Ordering::SeqCst);
        self.clock().recall(from_millis(mark));
        Ok(())
    }

    /// Writes the mark down if the written one lags by more than a minute. Called in every round of housekeeping, and
    /// when a token is refused because it has expired.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn save_latest_time(&self) -> Result<(), Error> {
        let latest = self.clock().latest();
        let written = self.0.written_time.load(Ordering::SeqCst);
        if latest <= from_millis(written) + LAG {
            return Ok(());
        }
        self.write_mark(latest, None).await
    }

    /// Makes the present time the latest one: an Admin's act after the clock ran ahead and was set right again.
    ///
    /// # Errors
    /// As [`Store::write`]; then the latest time is as it was.
    pub async fn trust_clock(&self, entry: AuditEntry) -> Result<(), Error> {
        let before = self.clock().latest();
        let now = self.clock().forget_latest();
        let done = self.write_mark(now, Some(entry)).await;
        if done.is_err() {
            self.clock().recall(before);
        }
        done
    }

    async fn write_mark(&self, mark: Timestamp, entry: Option<AuditEntry>) -> Result<(), Error> {
        let millis = mark.as_millisecond();
        let text = millis.to_string();
        self.write(async move |tx| {
            tx.set(LATEST, Some(&text)).await?;
            match &entry {
                Some(entry) => tx.audit(entry).await,
                None => Ok(()),
            }
        })
        .await?;
        self.0.written_time.store(millis, Ordering::SeqCst);
        Ok(())
    }
}

//! Notifications of the operating system: when each cause was last shown.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{Error, Store, Tx};

impl Store {
    /// Every cause that was shown, with the last time.
    pub async fn notification_times(&self) -> Result<HashMap<String, Timestamp>, Error> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT cause, shown_at FROM notification").fetch_all(self.readers()).await?;
        Ok(rows.into_iter().map(|(cause, at)| (cause, from_millis(at))).collect())
    }
}

impl Tx {
    /// A cause was shown. Causes last shown before `forget` are removed.
    pub async fn record_notification(
        &mut self,
        cause: &str,
        at: Timestamp,
        forget: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO notification (cause, shown_at) VALUES ($1, $2)
             ON CONFLICT (cause) DO UPDATE SET shown_at = excluded.shown_at",
        )
        .bind(cause)
        .bind(at.as_millisecond())
        .execute(&mut self.conn)
        .await?;
        sqlx::query("DELETE FROM notification WHERE shown_at < $1")
            .bind(forget.as_millisecond())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }
}

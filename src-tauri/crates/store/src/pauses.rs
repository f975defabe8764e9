//! Pausing and resuming connections.

use sqlx::FromRow;

use crate::brake::UNANSWERED;
use crate::{Error, Store, StoreEvent, Tx};

impl Store {
    /// Whether there are connections and every one of them is paused.
    pub async fn all_paused(&self) -> Result<bool, Error> {
        let all =
            "SELECT count(*) > 0 AND count(*) = count(paused_at) FROM connection WHERE deleting IS NULL";
        Ok(sqlx::query_scalar(all).fetch_one(self.readers()).await?)
    }
}

#[derive(FromRow)]
struct Changed(String);

impl Tx {
    /// Pauses one connection. One that is paused already keeps its pause, unless all were paused together: from now on
    /// it is paused individually. `false` when there is no such connection.
    pub async fn pause_connection(&mut self, id: &str, by: &str) -> Result<bool, Error> {
        let now = self.now().as_millisecond();
        let done = sqlx::query(
            "UPDATE connection SET paused_by_pause_all = 0,
                 paused_at = CASE WHEN paused_by_pause_all OR paused_at IS NULL THEN $2 ELSE paused_at END,
                 paused_by = CASE WHEN paused_by_pause_all OR paused_at IS NULL THEN $3 ELSE paused_by END
             WHERE id = $1",
        )
        .bind(id)
        .bind(now)
        .bind(by)
        .execute(&mut self.conn)
        .await?;
        self.begin_pause(id.to_owned(), by);
        Ok(done.rows_affected() > 0)
    }

    /// Resumes one connection, however it was paused. Held removals have 24 hours again until they are answered. `false` when
    /// there is no such connection.
    pub async fn resume_connection(&mut self, id: &str) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET paused_at = NULL, paused_by = NULL, paused_by_pause_all = 0,
                 hold_pauses_at = iif(hold_since IS NOT NULL AND hold_answer IS NULL, $2, NULL)
             WHERE id = $1",
        )
        .bind(id)
        .bind((self.now() + UNANSWERED).as_millisecond())
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Pauses every connection that is not paused yet.
    pub async fn pause_all(&mut self, by: &str) -> Result<(), Error> {
        let changed: Vec<Changed> = sqlx::query_as(
            "UPDATE connection SET paused_at = $1, paused_by = $2, paused_by_pause_all = 1
             WHERE paused_at IS NULL RETURNING id",
        )
        .bind(self.now().as_millisecond())
        .bind(by)
        .fetch_all(&mut self.conn)
        .await?;
        for Changed(id) in changed {
            self.begin_pause(id, by);
        }
        Ok(())
    }

    /// Resumes what [`Tx::pause_all`] paused, and nothing that was paused individually. Held removals have 24 hours again until
    /// they are answered.
    pub async fn resume_all(&mut self) -> Result<(), Error> {
        let changed: Vec<Changed> = sqlx::query_as(
            "UPDATE connection SET paused_at = NULL, paused_by = NULL, paused_by_pause_all = 0,
                 hold_pauses_at = iif(hold_since IS NOT NULL AND hold_answer IS NULL, $1, NULL)
             WHERE paused_by_pause_all RETURNING id",
        )
        .bind((self.now() + UNANSWERED).as_millisecond())
        .fetch_all(&mut self.conn)
        .await?;
        for Changed(id) in changed {
            self.notify(StoreEvent::Connection(id));
        }
        Ok(())
    }

    /// What follows from the pause of a connection, whose row says so: its client writes nothing behind it in this transaction
    /// either.
    pub(crate) fn begin_pause(&mut self, id: String, by: &str) {
        self.pausing.push((id.clone(), by.to_owned()));
        self.notify(StoreEvent::Connection(id));
    }
}

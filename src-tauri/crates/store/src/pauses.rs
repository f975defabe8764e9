//! Pauses: a connection that puts every request off, because of a person and until a person ends it.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{Error, Store, StoreEvent, Tx};

/// Why a connection refuses everything for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Who paused it, by the name of that time; `None`: an older version that did not keep it.
    pub by: Option<String>,
    /// All connections were paused with it.
    pub by_pause_all: bool,
    /// A backup was restored, and no Admin has looked at it since.
    pub restored: bool,
}

/// The pause of a connection's row, if it is paused.
pub(crate) fn pause_of(row: &SqliteRow) -> Result<Option<Pause>, sqlx::Error> {
    let Some(at) = row.try_get::<Option<i64>, _>("paused_at")? else { return Ok(None) };
    let (by, by_pause_all) = (row.try_get("paused_by")?, row.try_get("paused_by_pause_all")?);
    let restored = row.try_get::<Option<i64>, _>("restored_at")?.is_some();
    Ok(Some(Pause { at: from_millis(at), by, by_pause_all, restored }))
}

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
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Resumes one connection, however it was paused. `false` when there is no such connection.
    pub async fn resume_connection(&mut self, id: &str) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET paused_at = NULL, paused_by = NULL, paused_by_pause_all = 0 WHERE id = $1",
        )
        .bind(id)
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
        self.tell_all(changed);
        Ok(())
    }

    /// Resumes what [`Tx::pause_all`] paused, and nothing that was paused individually.
    pub async fn resume_all(&mut self) -> Result<(), Error> {
        let changed: Vec<Changed> = sqlx::query_as(
            "UPDATE connection SET paused_at = NULL, paused_by = NULL, paused_by_pause_all = 0
             WHERE paused_by_pause_all RETURNING id",
        )
        .fetch_all(&mut self.conn)
        .await?;
        self.tell_all(changed);
        Ok(())
    }

    fn tell_all(&mut self, changed: Vec<Changed>) {
        for Changed(id) in changed {
            self.notify(StoreEvent::Connection(id));
        }
    }
}

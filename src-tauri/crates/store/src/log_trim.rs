//! What the size limit of the request log has deleted: how young it was, and under which limit.

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;

scim::words! {
    /// What was deleted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Trimmed {
        /// Bodies of requests and answers; the rows remain.
        Bodies = "body",
        /// Whole rows.
        Rows = "row",
    }
}

/// The newest that was deleted because the log had reached its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTrim {
    /// What it was.
    pub what: Trimmed,
    /// When the newest request arrived of which it was deleted.
    pub reached_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// The limit of that time, in bytes.
    pub limit: u64,
}

impl FromRow<'_, SqliteRow> for LogTrim {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            what: Trimmed::from_word(row.try_get("what")?).unwrap_or(Trimmed::Rows),
            reached_at: from_millis(row.try_get("reached_at")?),
            deleted_at: from_millis(row.try_get("deleted_at")?),
            limit: row.try_get::<i64, _>("limit_bytes")?.try_into().unwrap_or(0),
        })
    }
}

impl LogTrim {
    pub(crate) async fn store(&self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT OR REPLACE INTO log_trim (what, reached_at, deleted_at, limit_bytes) VALUES (?, ?, ?, ?)",
        )
        .bind(self.what.as_str())
        .bind(self.reached_at.as_millisecond())
        .bind(self.deleted_at.as_millisecond())
        .bind(i64::try_from(self.limit).unwrap_or(i64::MAX))
        .execute(conn)
        .await?;
        Ok(())
    }
}

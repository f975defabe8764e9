//! The notes on a connection's exchanges.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{ActivityNote, Error, Store};

/// An exchange with notes.
#[derive(Clone, Debug)]
pub struct ExchangeWithNotes {
    /// The exchange's id.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// What the client did against the RFC, and hints.
    pub notes: Vec<ActivityNote>,
}

impl FromRow<'_, SqliteRow> for ExchangeWithNotes {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let notes: String = row.try_get("notes")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: from_millis(row.try_get("at")?),
            notes: serde_json::from_str(&notes).unwrap_or_default(),
        })
    }
}

impl Store {
    /// A connection's newest exchanges with notes, newest first, among its newest `limit` exchanges; and how many
    /// exchanges were looked at.
    pub async fn exchanges_with_notes(
        &self,
        connection_id: &str,
        limit: u32,
    ) -> Result<(Vec<ExchangeWithNotes>, u64), Error> {
        // The bound holds for the rows that are read, not for those that are found.
        let looked_at: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT 1 FROM activity WHERE connection_id = $1 LIMIT $2) AS newest",
        )
        .bind(connection_id)
        .bind(limit)
        .fetch_one(self.activity_readers())
        .await?;
        let found = sqlx::query_as(
            "SELECT id, at, notes FROM
                 (SELECT id, at, notes FROM activity WHERE connection_id = $1 ORDER BY at DESC, id DESC LIMIT $2)
                 AS newest
             WHERE notes <> '[]' ORDER BY at DESC, id DESC",
        )
        .bind(connection_id)
        .bind(limit)
        .fetch_all(self.activity_readers())
        .await?;
        Ok((found, looked_at.try_into().unwrap_or(0)))
    }
}

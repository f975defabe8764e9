//! The notes on a connection's exchanges.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::activity_detail::Detail;
use crate::activity_ids::{id_in, with_id};
use crate::clock::from_millis;
use crate::{ActivityNote, Error, Store};

/// An exchange with notes.
#[derive(Clone, Debug)]
pub struct ExchangeWithNotes {
    /// The exchange's id.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// How many exchanges of its connection are newer.
    pub newer: u64,
    /// It was done as asked, and was no look-up.
    pub is_done: bool,
    /// What the client did against the RFC, and hints.
    pub notes: Vec<ActivityNote>,
}

impl FromRow<'_, SqliteRow> for ExchangeWithNotes {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let detail = Detail::in_row(row)?;
        Ok(Self {
            id: id_in(row, "id")?.unwrap_or_default(),
            at: from_millis(row.try_get("at")?),
            newer: 0,
            is_done: detail.is_done(),
            notes: detail.notes(),
        })
    }
}

impl Store {
    /// A connection's newest exchanges with notes, newest first, among its newest `limit` exchanges; and how many
    /// exchanges were examined.
    pub async fn exchanges_with_notes(
        &self,
        connection_id: &str,
        limit: u32,
    ) -> Result<(Vec<ExchangeWithNotes>, u64), Error> {
        let newest: Vec<ExchangeWithNotes> = sqlx::query_as_with(
            "SELECT id, at, detail FROM activity WHERE connection_id = ? ORDER BY at DESC, seq DESC LIMIT ?",
            with_id(connection_id)?,
        )
        .bind(limit)
        .fetch_all(self.activity_readers())
        .await?;
        let looked_at = newest.len().try_into().unwrap_or(0);
        let placed = (0..).zip(newest).map(|(newer, one)| ExchangeWithNotes { newer, ..one });
        Ok((placed.filter(|exchange| !exchange.notes.is_empty()).collect(), looked_at))
    }
}

//! What is recorded of requests beside their rows: counts by the quarter of an hour, and sync cycles. Both are written with
//! the row itself, so that reading them costs the same on the first day and after a million requests.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::activity_tally::QUARTER;
use crate::clock::from_millis;
use crate::{Error, Store};

/// The exchanges of one connection in a quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuarterHourCount {
    /// When the quarter begins.
    pub from: Timestamp,
    /// Answered as asked.
    pub ok: u64,
    /// Refused on purpose.
    pub refused: u64,
    /// Our fault.
    pub failed: u64,
}

/// A run of requests of one connection without ten quiet minutes in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncCycle {
    /// Its first request.
    pub started_at: Timestamp,
    /// Its newest request.
    pub last_at: Timestamp,
}

impl FromRow<'_, SqliteRow> for QuarterHourCount {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let count = |name| row.try_get::<i64, _>(name).map(|number| number.try_into().unwrap_or(0));
        Ok(Self {
            from: from_millis(row.try_get::<i64, _>("quarter")?.saturating_mul(QUARTER)),
            ok: count("ok")?,
            refused: count("refused")?,
            failed: count("failed")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for SyncCycle {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            started_at: from_millis(row.try_get("started_at")?),
            last_at: from_millis(row.try_get("last_at")?),
        })
    }
}

impl Store {
    /// The counts of a connection's exchanges from `from` on, oldest first; quarters of an hour without any are
    /// missing.
    pub async fn quarter_hour_counts(
        &self,
        connection_id: &str,
        from: Timestamp,
    ) -> Result<Vec<QuarterHourCount>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM activity_quarter WHERE connection_id = $1 AND quarter >= $2 ORDER BY quarter",
        )
        .bind(connection_id)
        .bind(from.as_millisecond().div_euclid(QUARTER))
        .fetch_all(self.activity_readers())
        .await?)
    }

    /// When a connection was last called, however long ago: sync cycles outlast the rows of their requests.
    pub async fn last_request(&self, connection_id: &str) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> =
            sqlx::query_scalar("SELECT max(last_at) FROM sync_cycle WHERE connection_id = $1")
                .bind(connection_id)
                .fetch_one(self.activity_readers())
                .await?;
        Ok(at.map(from_millis))
    }

    /// When a request last proved that the public address leads here, for any connection: it was sent over HTTPS from
    /// another computer, with a valid token.
    pub async fn last_secure_request(&self) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> = sqlx::query_scalar("SELECT max(https_at) FROM sync_cycle")
            .fetch_one(self.activity_readers())
            .await?;
        Ok(at.map(from_millis))
    }
}

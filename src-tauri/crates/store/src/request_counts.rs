//! What is kept of requests beside their rows: counts by the quarter of an hour, and visits. Both are written with the
//! row itself, so that reading them costs the same on the first day and after a million requests.

use idp::guide::ProofKind;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{Activity, ActivityResult, Error, RequestEvidence, Store};

/// A quarter of an hour, in milliseconds.
const QUARTER: i64 = 900_000;
/// How long a connection is quiet before its next request begins another visit, in milliseconds.
const QUIET: i64 = 600_000;
/// How many visits of a connection are kept.
const KEPT: i64 = 64;

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

/// How an exchange ended, and nothing else of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOutcome {
    /// When it arrived.
    pub at: Timestamp,
    /// How it ended.
    pub result: ActivityResult,
    /// Why it was refused, as a code.
    pub reason: Option<String>,
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

impl FromRow<'_, SqliteRow> for RequestOutcome {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            at: from_millis(row.try_get("at")?),
            result: ActivityResult::from_word(&row.try_get::<String, _>("result")?),
            reason: row.try_get("reason")?,
        })
    }
}

/// Counts an exchange whose row is being written.
pub(crate) async fn keep(conn: &mut SqliteConnection, activity: &Activity) -> Result<(), sqlx::Error> {
    let at = activity.at.as_millisecond();
    let is = |result| i64::from(activity.result == result);
    sqlx::query(
        "INSERT INTO activity_quarter (connection_id, quarter, ok, refused, failed) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (connection_id, quarter) DO UPDATE SET ok = ok + $3, refused = refused + $4, failed = failed + $5",
    )
    .bind(&activity.connection_id)
    .bind(at.div_euclid(QUARTER))
    .bind(is(ActivityResult::Ok) + is(ActivityResult::Lookup))
    .bind(is(ActivityResult::Refused))
    .bind(is(ActivityResult::Failed))
    .execute(&mut *conn)
    .await?;
    let proves_https =
        |seen: &RequestEvidence| seen.kind == ProofKind::Https.as_str() && !seen.refused && !seen.unproved;
    let secure_at = activity.sightings.iter().any(proves_https).then_some(at);
    let goes_on = sqlx::query(
        "UPDATE visit SET last_at = max(last_at, $2), secure_at = coalesce(max(secure_at, $3), $3, secure_at)
         WHERE connection_id = $1 AND last_at > $2 - $4
            AND started_at = (SELECT max(started_at) FROM visit WHERE connection_id = $1)",
    )
    .bind(&activity.connection_id)
    .bind(at)
    .bind(secure_at)
    .bind(QUIET)
    .execute(&mut *conn)
    .await?;
    if goes_on.rows_affected() == 0 {
        begin(conn, &activity.connection_id, at, secure_at).await?;
    }
    Ok(())
}

async fn begin(
    conn: &mut SqliteConnection,
    connection_id: &str,
    at: i64,
    secure_at: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO visit (connection_id, started_at, last_at, secure_at) VALUES ($1, $2, $2, $3)")
        .bind(connection_id)
        .bind(at)
        .bind(secure_at)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "DELETE FROM visit WHERE connection_id = $1 AND started_at <= (
            SELECT started_at FROM visit WHERE connection_id = $1 ORDER BY started_at DESC LIMIT 1 OFFSET $2)",
    )
    .bind(connection_id)
    .bind(KEPT)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

impl Store {
    /// What a connection's exchanges came to from `from` on, oldest first; quarters of an hour without any are
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

    /// A connection's newest visits, newest first.
    pub async fn sync_cycles(&self, connection_id: &str, limit: u32) -> Result<Vec<SyncCycle>, Error> {
        Ok(sqlx::query_as("SELECT * FROM visit WHERE connection_id = $1 ORDER BY started_at DESC LIMIT $2")
            .bind(connection_id)
            .bind(limit)
            .fetch_all(self.activity_readers())
            .await?)
    }

    /// When a connection was last called, however long ago: visits outlast the rows of their requests.
    pub async fn last_request(&self, connection_id: &str) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> = sqlx::query_scalar("SELECT max(last_at) FROM visit WHERE connection_id = $1")
            .bind(connection_id)
            .fetch_one(self.activity_readers())
            .await?;
        Ok(at.map(from_millis))
    }

    /// When a request last proved that the public address leads here, whichever connection it was for: it was sent over HTTPS
    /// from another computer, with a valid token.
    pub async fn last_secure_request(&self) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> =
            sqlx::query_scalar("SELECT max(secure_at) FROM visit").fetch_one(self.activity_readers()).await?;
        Ok(at.map(from_millis))
    }

    /// How a connection's newest exchanges ended, newest first.
    pub async fn request_outcomes(
        &self,
        connection_id: &str,
        limit: u32,
    ) -> Result<Vec<RequestOutcome>, Error> {
        Ok(sqlx::query_as(
            "SELECT at, result, reason FROM activity WHERE connection_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
        )
        .bind(connection_id)
        .bind(limit)
        .fetch_all(self.activity_readers())
        .await?)
    }
}

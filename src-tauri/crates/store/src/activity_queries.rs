//! What was observed of requests, read.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::Row as _;

use crate::activity_ids::with_id;
use crate::activity_tally::QUARTER;
use crate::clock::from_millis;
use crate::{Activity, Error, HourCount, LogTrim, SetupEvidence, Store, TokenUse, Undescribed};

/// Among how many of the newest exchanges of a connection its writes of people are looked for: look-ups are most of them.
const SEARCHED: u32 = 2_000;

/// The newest exchanges of a connection that may have written people and were done. The places are those of
/// `activity_detail.rs`: 0 method, 1 path, 3 result, 6 type.
const WRITES_OF_PEOPLE: &str = "
    SELECT a.*, b.bodies FROM activity a LEFT JOIN activity_body b ON b.seq = a.seq WHERE a.seq IN (
        SELECT seq FROM (
            SELECT seq, at, detail FROM activity WHERE connection_id = ? ORDER BY at DESC, seq DESC LIMIT ?
        ) WHERE CASE WHEN json_valid(detail) THEN detail ->> 3 = 'ok' AND (
            detail ->> 0 IN ('POST', 'PUT', 'PATCH') AND detail ->> 6 = 'User'
                AND instr(detail ->> 1, '/.search') = 0
            OR detail ->> 0 = 'POST' AND detail ->> 1 IN ('/Bulk', '/Bulk/')
        ) END ORDER BY at DESC, seq DESC LIMIT ?
    ) ORDER BY a.at DESC, a.seq DESC";

impl Store {
    /// A connection's newest exchanges in which people were created or changed, newest first, with their bodies; a Bulk
    /// request is one of them whatever it is about. They are looked for among its newest 2,000.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn writes_of_people(&self, connection_id: &str, limit: u32) -> Result<Vec<Activity>, Error> {
        Ok(sqlx::query_as_with(WRITES_OF_PEOPLE, with_id(connection_id)?)
            .bind(SEARCHED)
            .bind(limit)
            .fetch_all(&self.0.activity_readers)
            .await?)
    }

    /// A connection's newest exchanges, newest first.
    pub async fn activities(&self, connection_id: &str, limit: u32) -> Result<Vec<Activity>, Error> {
        Ok(sqlx::query_as_with(
            "SELECT a.*, b.bodies FROM activity a LEFT JOIN activity_body b ON b.seq = a.seq
             WHERE a.connection_id = ? ORDER BY a.at DESC, a.seq DESC LIMIT ?",
            with_id(connection_id)?,
        )
        .bind(limit)
        .fetch_all(&self.0.activity_readers)
        .await?)
    }

    /// The newest exchange about one person or group.
    pub async fn last_activity_about(&self, resource_id: &str) -> Result<Option<Activity>, Error> {
        Ok(sqlx::query_as_with(
            "SELECT a.*, b.bodies FROM activity a LEFT JOIN activity_body b ON b.seq = a.seq
             WHERE a.resource_id = ? ORDER BY a.seq DESC LIMIT 1",
            with_id(resource_id)?,
        )
        .fetch_optional(&self.0.activity_readers)
        .await?)
    }

    /// One exchange.
    pub async fn activity(&self, id: &str) -> Result<Option<Activity>, Error> {
        Ok(sqlx::query_as_with(
            "SELECT a.*, b.bodies FROM activity a LEFT JOIN activity_body b ON b.seq = a.seq WHERE a.id = ?",
            with_id(id)?,
        )
        .fetch_optional(&self.0.activity_readers)
        .await?)
    }

    /// What was seen of a connection for the first time.
    pub async fn setup_evidence(&self, connection_id: &str) -> Result<Vec<SetupEvidence>, Error> {
        Ok(sqlx::query_as("SELECT * FROM setup_evidence WHERE connection_id = $1")
            .bind(connection_id)
            .fetch_all(&self.0.activity_readers)
            .await?)
    }

    /// The newest use of every token that was ever used.
    pub async fn token_uses(&self) -> Result<HashMap<String, TokenUse>, Error> {
        let rows = sqlx::query("SELECT token_id, at, source_ip, first_at, host FROM token_use")
            .fetch_all(&self.0.activity_readers)
            .await?;
        let mut uses = rows
            .iter()
            .map(|row| {
                let used = TokenUse {
                    at: from_millis(row.try_get("at")?),
                    first_at: from_millis(row.try_get("first_at")?),
                    source_ip: row.try_get("source_ip")?,
                    host: row.try_get("host")?,
                };
                Ok((row.try_get("token_id")?, used))
            })
            .collect::<Result<HashMap<String, TokenUse>, sqlx::Error>>()?;
        // The request log has a use a moment after it.
        for (token_id, at) in self.0.first_uses.all() {
            uses.entry(token_id).or_insert(TokenUse { at, first_at: at, source_ip: None, host: None });
        }
        Ok(uses)
    }

    /// How many exchanges each hour since `from` had, oldest first; hours without any are missing. The quarter of an hour in
    /// which `from` is counts whole.
    pub async fn hours_since(&self, from: Timestamp) -> Result<Vec<HourCount>, Error> {
        Ok(sqlx::query_as(
            "SELECT quarter / 4 AS hour, sum(ok) AS ok, sum(refused) AS refused, sum(failed) AS failed
             FROM activity_quarter WHERE quarter >= $1 GROUP BY hour ORDER BY hour",
        )
        .bind(from.as_millisecond().div_euclid(QUARTER))
        .fetch_all(&self.0.activity_readers)
        .await?)
    }

    /// Whether any connection ever showed this kind of proof.
    pub async fn has_evidence(&self, kind: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM setup_evidence WHERE kind = $1 AND refused = 0 AND inconclusive = 0)",
        )
        .bind(kind)
        .fetch_one(&self.0.activity_readers)
        .await?)
    }

    /// What the size limit of the log has deleted of requests with a valid token, at most one of each kind.
    pub async fn log_trims(&self) -> Result<Vec<LogTrim>, Error> {
        Ok(sqlx::query_as("SELECT * FROM log_trim ORDER BY what").fetch_all(&self.0.activity_readers).await?)
    }

    /// Sets the size limit of the request log, in bytes. Rows of senders without a valid token are deleted first, then the
    /// oldest bodies, then the oldest rows. Without a limit the log is deleted by age alone.
    pub fn limit_log(&self, bytes: u64) {
        self.recorder().set_most_bytes(bytes);
    }

    /// Queues an exchange for the log, which has it within a second. When the queue is full this waits for 50 ms, and for
    /// longer only while its reserve is full, too; then the row has no bodies.
    pub async fn record(&self, exchange: impl Undescribed) {
        self.recorder().record(exchange).await;
    }

    /// Whether the queue has room for exchanges that need not be separate rows. Waits 50 ms at most until it has.
    pub async fn log_has_room(&self) -> bool {
        self.recorder().has_room().await
    }
}

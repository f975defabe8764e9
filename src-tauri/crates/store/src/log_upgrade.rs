//! Rows that an older version recorded (before migration 9), moved into the present form in small steps, the newest first:
//! the log may be large, and the start does not wait for all of it.

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Executor as _, FromRow, Row as _};

use crate::activity_bodies::BodyPacker;
use crate::activity_detail::notes_and_facts;
use crate::activity_rows;
use crate::clock::from_millis;
use crate::{Activity, ActivityResult, Error, RecordedBodies, StepTimes};

/// How many rows one step moves.
const STEP: i64 = 250;
/// How many rows are moved before the start is over: as many as a screen shows, and more.
pub(crate) const AT_START: i64 = 2_000;

/// How long after a failure the rows that are left are tried again.
const RETRY: SignedDuration = SignedDuration::from_mins(10);

/// How far the rows of an older version are moved.
pub(crate) struct Upgrade {
    is_left: bool,
    /// After a failure: when it is tried again.
    again_at: Option<Timestamp>,
}

impl Upgrade {
    pub(crate) const fn new(is_left: bool) -> Self {
        Self { is_left, again_at: None }
    }

    /// Whether a step is to be taken now.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.is_left && self.again_at.is_none_or(|at| now >= at)
    }

    /// Takes note of a step: whether more is left, or that it failed.
    pub(crate) fn stepped(&mut self, is_left: Result<bool, &Error>, now: Timestamp) {
        self.is_left = is_left.unwrap_or(true);
        self.again_at = is_left.is_err().then(|| now + RETRY);
    }
}

/// Whether there are rows of an older version. Their table is dropped when it is empty.
pub(crate) async fn has_old_rows(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'activity_before_9')")
        .fetch_one(conn)
        .await
}

/// Moves what the first screens show. Answers whether more is left.
pub(crate) async fn begin(conn: &mut SqliteConnection) -> Result<bool, Error> {
    use sqlx::Connection as _;
    let mut packer = BodyPacker::new().map_err(|error| Error::NotCommitted(error.to_string()))?;
    let mut is_left = has_old_rows(conn).await?;
    for _ in 0..AT_START / STEP {
        if !is_left {
            break;
        }
        let mut tx = conn.begin().await?;
        is_left = step(&mut tx, &mut packer).await?;
        tx.commit().await?;
    }
    Ok(is_left)
}

/// Moves some rows, inside a transaction. False: none are left.
pub(crate) async fn step(conn: &mut SqliteConnection, packer: &mut BodyPacker) -> Result<bool, Error> {
    let old: Vec<OldRow> =
        sqlx::query_as("SELECT rowid AS place, * FROM activity_before_9 ORDER BY at DESC, id DESC LIMIT ?")
            .bind(STEP)
            .fetch_all(&mut *conn)
            .await?;
    if old.is_empty() {
        conn.execute("DROP TABLE activity_before_9").await?;
        return Ok(false);
    }
    let lowest: i64 = sqlx::query_scalar("SELECT min(0, coalesce(min(seq), 0)) FROM activity")
        .fetch_one(&mut *conn)
        .await?;
    let (places, rows): (Vec<i64>, Vec<Activity>) = old.into_iter().map(|old| (old.place, old.row)).unzip();
    activity_rows::insert(conn, packer, &rows, |place| lowest - 1 - i64::try_from(place).unwrap_or(i64::MAX))
        .await?;
    sqlx::query("DELETE FROM activity_before_9 WHERE rowid IN (SELECT value FROM json_each(?))")
        .bind(serde_json::json!(places).to_string())
        .execute(conn)
        .await?;
    Ok(true)
}

struct OldRow {
    place: i64,
    row: Activity,
}

impl FromRow<'_, SqliteRow> for OldRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let (notes, facts) = notes_and_facts(serde_json::from_str(row.try_get("notes")?).unwrap_or_default());
        let activity = Activity {
            id: row.try_get("id")?,
            at: from_millis(row.try_get("at")?),
            connection_id: row.try_get("connection_id")?,
            token_id: row.try_get("token_id")?,
            method: row.try_get("method")?,
            path: row.try_get("path")?,
            status: row.try_get("status")?,
            result: ActivityResult::stored(row.try_get("result")?),
            reason: row.try_get("reason")?,
            facts,
            sentence: row.try_get("sentence")?,
            resource_type: row.try_get("resource_type")?,
            resource_id: row.try_get("resource_id")?,
            duration_us: row.try_get::<i64, _>("duration_us")?.try_into().unwrap_or(0),
            steps: StepTimes::default(),
            source_ip: row.try_get("source_ip")?,
            secure: row.try_get("secure")?,
            host: None,
            user_agent: row.try_get("user_agent")?,
            notes,
            bodies: RecordedBodies::Full,
            request_size: None,
            response_size: None,
            headers: None,
            request_body: row.try_get("request_body")?,
            response_body: row.try_get("response_body")?,
            // What they show is stored already.
            evidence: Vec::new(),
            folded: None,
            health: None,
        };
        Ok(Self { place: row.try_get("place")?, row: activity })
    }
}

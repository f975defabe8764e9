//! Retention: what is stored for a limited time. It is deleted in small steps, each a separate transaction, so that other
//! writes wait for one step at most; the free space is returned to the disk.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

use crate::database_file::DatabaseFile;
use crate::log_size::{self, STEP};
use crate::unlink::LINK;
use crate::{Error, Store, Tx};

/// How many pages one step returns to the disk at most.
const PAGES: i64 = 500;
/// Fewer free pages than this are left in the file for later rows (4 MB).
const SLACK: i64 = 1_000;

/// What is older is deleted.
#[derive(Clone, Copy, Debug)]
pub struct RetentionLimits {
    /// Bodies of requests and answers.
    pub bodies: Timestamp,
    /// What is dated later than this was dated by a clock that ran ahead.
    pub future: Timestamp,
    /// Requests, refused writes, and the sleep intervals.
    pub requests: Timestamp,
    /// Counts of requests by the quarter of an hour.
    pub counts: Timestamp,
}

/// A range of the journal that was examined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiredChanges {
    /// Its changes that nothing needs any more.
    pub ids: Vec<i64>,
    /// The last change of this range, behind which the next one begins; `None`: what follows is younger.
    pub next: Option<i64>,
}

/// How large a database is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSize {
    /// The file's name in the data folder.
    pub file: &'static str,
    /// With SQLite's write-ahead log.
    pub bytes: u64,
}

/// Deletes some rows of the request log, or returns some free pages to the disk. `false`: nothing is left to do.
async fn some(
    conn: &mut SqliteConnection,
    limits: &RetentionLimits,
    most_bytes: u64,
    now: Timestamp,
) -> Result<bool, Error> {
    let requests = limits.requests.as_millisecond();
    // Requests first: their bodies go with them.
    let rows =
        "DELETE FROM activity WHERE seq IN (SELECT seq FROM activity WHERE at < ? ORDER BY at LIMIT ?)";
    let gone = sqlx::query(rows).bind(requests).bind(STEP).execute(&mut *conn).await?.rows_affected();
    if gone > 0 || some_bodies(conn, limits).await? {
        return Ok(true);
    }
    for (sql, limit) in [
        (
            "DELETE FROM activity_quarter WHERE (connection_id, quarter) IN (
                 SELECT connection_id, quarter FROM activity_quarter WHERE quarter < $1 / 900000 LIMIT $2)",
            limits.counts.as_millisecond(),
        ),
        (
            "DELETE FROM sleep_interval WHERE from_at IN (SELECT from_at FROM sleep_interval WHERE until_at < $1 LIMIT $2)",
            requests,
        ),
        (
            "DELETE FROM refused_write WHERE (connection_id, subject, act) IN (
                 SELECT connection_id, subject, act FROM refused_write WHERE newest_at < $1 LIMIT $2)",
            requests,
        ),
    ] {
        if sqlx::query(sql).bind(limit).bind(STEP).execute(&mut *conn).await?.rows_affected() > 0 {
            return Ok(true);
        }
    }
    // The recorder does this after a number of rows, so that a smaller limit would wait for them in a quiet workspace.
    if log_size::trim(conn, most_bytes, now).await? {
        return Ok(true);
    }
    return_free_pages(conn).await
}

/// Deletes those of the bodies recorded first that are too old. Also those of which the time is in the future: a clock that
/// ran ahead dated them, and the others must not wait for them.
async fn some_bodies(conn: &mut SqliteConnection, limits: &RetentionLimits) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query(
        "DELETE FROM activity_body WHERE seq IN (
             SELECT first.seq FROM (SELECT seq FROM activity_body ORDER BY seq LIMIT ?) first
             JOIN activity a ON a.seq = first.seq WHERE a.at < ? OR a.at > ?)",
    )
    .bind(STEP)
    .bind(limits.bodies.as_millisecond())
    .bind(limits.future.as_millisecond())
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() > 0)
}

/// Returns free pages to the disk. `false`: there are too few to be worth it.
async fn return_free_pages(conn: &mut SqliteConnection) -> Result<bool, Error> {
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *conn).await?;
    if free <= SLACK {
        return Ok(false);
    }
    // SQLite frees a page for each row that is asked for, so all of them are.
    sqlx::query(AssertSqlSafe(format!("PRAGMA incremental_vacuum({PAGES})"))).fetch_all(&mut *conn).await?;
    let left: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(conn).await?;
    // Without incremental vacuum the file retains its free pages, and later rows use them.
    Ok(left < free)
}

impl Store {
    /// One step through the request log. `false`: nothing in it is too old, and it is within its size limit.
    pub async fn prune_requests(&self, limits: RetentionLimits) -> Result<bool, Error> {
        let (most_bytes, now) = (self.recorder().most_bytes(), self.clock().now());
        self.recorder().work(async move |conn| some(conn, &limits, most_bytes, now).await).await
    }

    /// Examines a range of the journal behind the change `after` for what is older than `limit` and explains
    /// nothing that is shown of a person or group that still exists: who made them, the newest change of each kind, which
    /// change brought each value that they have, and how a local account was linked to its connection.
    ///
    /// A change that is not needed is never needed later, so that it may be deleted in a later transaction.
    pub async fn expired_changes(&self, after: i64, limit: Timestamp) -> Result<ExpiredChanges, Error> {
        // In the order of ids, which is that of time but for a clock that was set back.
        let range: Vec<(i64, i64)> =
            sqlx::query_as("SELECT id, at FROM change WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(after)
                .bind(STEP)
                .fetch_all(self.readers())
                .await?;
        let old = range.iter().take_while(|(_, at)| *at < limit.as_millisecond()).count();
        let Some((last, _)) = old.checked_sub(1).and_then(|place| range.get(place)) else {
            return Ok(ExpiredChanges { ids: Vec::new(), next: None });
        };
        let ids = sqlx::query_scalar(
            "SELECT c.id FROM change c WHERE c.id > $1 AND c.id <= $2 AND NOT (
                 (EXISTS (SELECT 1 FROM person WHERE id = c.resource_id)
                     OR EXISTS (SELECT 1 FROM scim_group WHERE id = c.resource_id))
                 AND (c.kind = 'create' OR c.before = $3
                     OR NOT EXISTS (SELECT 1 FROM change n
                         WHERE n.resource_id = c.resource_id AND n.id > c.id AND n.kind = c.kind)
                     OR (c.kind <> 'members' AND EXISTS (SELECT 1 FROM json_each(c.after) k
                         WHERE NOT EXISTS (SELECT 1 FROM change n, json_each(n.after) j
                             WHERE n.resource_id = c.resource_id AND n.id > c.id AND j.key = k.key)))))",
        )
        .bind(after)
        .bind(last)
        .bind(LINK)
        .fetch_all(self.readers())
        .await?;
        Ok(ExpiredChanges { ids, next: (old == range.len()).then_some(*last) })
    }

    /// How large the databases are on the disk at this moment.
    pub fn sizes(&self) -> Vec<FileSize> {
        let size = |name: String| std::fs::metadata(self.folder().join(name)).map_or(0, |file| file.len());
        [DatabaseFile::Workspace, DatabaseFile::Activity]
            .map(|which| {
                let file = which.file();
                FileSize { file, bytes: size(file.to_owned()) + size(format!("{file}-wal")) }
            })
            .into()
    }
}

impl Tx {
    /// Deletes these changes.
    pub async fn delete_changes(&mut self, ids: &[i64]) -> Result<(), Error> {
        sqlx::query("DELETE FROM change WHERE id IN (SELECT value FROM json_each($1))")
            .bind(serde_json::json!(ids).to_string())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Removes some of the people and groups that were deleted before `limit`; the journal is not changed.
    /// Answers how many; 0: none is left.
    pub async fn purge_tombstones(&mut self, limit: Timestamp) -> Result<u64, Error> {
        let mut purged = 0;
        for sql in [
            "DELETE FROM person WHERE id IN (SELECT id FROM person WHERE deleted_at < $1 LIMIT $2)",
            "DELETE FROM scim_group WHERE id IN (SELECT id FROM scim_group WHERE deleted_at < $1 LIMIT $2)",
        ] {
            purged += sqlx::query(sql)
                .bind(limit.as_millisecond())
                .bind(STEP)
                .execute(&mut self.conn)
                .await?
                .rows_affected();
        }
        Ok(purged)
    }

    /// Returns some of the free pages to the disk. `false`: there is too little to be worth it.
    pub async fn release_free_pages(&mut self) -> Result<bool, Error> {
        return_free_pages(self.conn.begun().await?).await
    }
}

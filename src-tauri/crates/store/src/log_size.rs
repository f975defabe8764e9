//! The size limit of the request log. While the log is larger, small steps delete first the rows of senders without a valid
//! token, except the newest [`RETAINED_WITHOUT_TOKEN`], so that requests without a token displace no row of a client; then the
//! oldest bodies; then the oldest rows.

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::clock::from_millis;
use crate::log_trim::{LogTrim, Trimmed};

/// How many rows one step deletes at most, here and where they are deleted by age.
pub(crate) const STEP: i64 = 250;
/// How many of the newest rows without a valid token are retained while others are deleted: a few megabytes.
const RETAINED_WITHOUT_TOKEN: i64 = 10_000;

const WITHOUT_TOKEN: &str =
    "DELETE FROM activity WHERE seq IN (SELECT seq FROM activity WHERE has_token = 0 AND seq <= (
     SELECT seq FROM activity WHERE has_token = 0 ORDER BY seq DESC LIMIT 1 OFFSET ?) ORDER BY seq LIMIT ?)";

/// What goes then, in this order: what it is, the time of the newest request of which it goes, and its deletion.
const OLDEST: [(Trimmed, &str, &str); 2] = [
    (
        Trimmed::Bodies,
        "SELECT max(at) FROM activity WHERE has_token = 1
             AND seq IN (SELECT seq FROM activity_body ORDER BY seq LIMIT ?)",
        "DELETE FROM activity_body WHERE seq IN (SELECT seq FROM activity_body ORDER BY seq LIMIT ?)",
    ),
    (
        Trimmed::Rows,
        "SELECT max(at) FROM activity WHERE has_token = 1
             AND seq IN (SELECT seq FROM activity ORDER BY seq LIMIT ?)",
        "DELETE FROM activity WHERE seq IN (SELECT seq FROM activity ORDER BY seq LIMIT ?)",
    ),
];

/// How many bytes of the file are in use.
pub(crate) async fn used(conn: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let mut numbers = [0_i64; 3];
    for (number, sql) in
        numbers.iter_mut().zip(["PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size"])
    {
        *number = sqlx::query_scalar(sql).fetch_one(&mut *conn).await?;
    }
    let [all, free, size] = numbers;
    Ok(u64::try_from((all - free).saturating_mul(size)).unwrap_or(0))
}

/// One step towards the limit. False: the log is not larger than that, or nothing is left to delete.
pub(crate) async fn trim(conn: &mut SqliteConnection, limit: u64, now: Timestamp) -> Result<bool, Error> {
    if used(conn).await? <= limit {
        return Ok(false);
    }
    let gone = sqlx::query(WITHOUT_TOKEN)
        .bind(RETAINED_WITHOUT_TOKEN)
        .bind(STEP)
        .execute(&mut *conn)
        .await?
        .rows_affected();
    if gone > 0 {
        return Ok(true);
    }
    for (what, newest, deletion) in OLDEST {
        let newest: Option<i64> = sqlx::query_scalar(newest).bind(STEP).fetch_one(&mut *conn).await?;
        let gone = sqlx::query(deletion).bind(STEP).execute(&mut *conn).await?.rows_affected();
        if gone > 0 {
            if let Some(newest) = newest {
                LogTrim { what, reached_at: from_millis(newest), deleted_at: now, limit }.store(conn).await?;
            }
            return Ok(true);
        }
    }
    Ok(false)
}

//! Which changes are undone, and reading them from the journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnection;

use crate::sql_values::signed;
use crate::{Change, ChangeKind, Error};

/// How many changes one undo has at most: a plan holds them all in memory.
const MOST: u64 = 250_000;
/// How many rows of the journal are examined at once for where a time begins.
const RANGE: i64 = 5_000;

/// Which changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UndoSelection {
    /// One change; with a deletion, the memberships that ended with it.
    Change { id: i64 },
    /// All that one request did.
    Request {
        activity_id: String,
        /// When it arrived.
        since: Timestamp,
    },
    /// All that the client of a connection did since.
    Connection { connection_id: String, since: Timestamp },
    /// All that an undo did.
    Undo { undo_id: String },
}

impl UndoSelection {
    /// Those changes up to the change `seen`, ascending.
    ///
    /// # Errors
    /// [`Error::TooMany`] when they are more than 250,000.
    pub(super) async fn read(&self, conn: &mut SqliteConnection, seen: i64) -> Result<Vec<Change>, Error> {
        let most = signed(MOST + 1);
        let found: Vec<Change> = match self {
            Self::Change { id } => return one(conn, *id, seen).await,
            Self::Request { activity_id, since } => {
                let first = first_since(conn, *since).await?;
                sqlx::query_as(
                    "SELECT * FROM change WHERE id BETWEEN $1 AND $2 AND activity_id = $3 ORDER BY id LIMIT $4",
                )
                .bind(first)
                .bind(seen)
                .bind(activity_id)
                .bind(most)
                .fetch_all(conn)
                .await?
            }
            Self::Connection { connection_id, since } => {
                let first = first_since(conn, *since).await?;
                sqlx::query_as(
                    "SELECT * FROM change WHERE id BETWEEN $1 AND $2 AND connection_id = $3 AND at >= $4
                     ORDER BY id LIMIT $5",
                )
                .bind(first)
                .bind(seen)
                .bind(connection_id)
                .bind(since.as_millisecond())
                .bind(most)
                .fetch_all(conn)
                .await?
            }
            Self::Undo { undo_id } => {
                sqlx::query_as(
                    "SELECT c.* FROM undo_change u JOIN change c ON c.id = u.change_id
                     WHERE u.undo_id = $1 AND u.change_id <= $2 ORDER BY c.id LIMIT $3",
                )
                .bind(undo_id)
                .bind(seen)
                .bind(most)
                .fetch_all(conn)
                .await?
            }
        };
        if found.len() as u64 > MOST {
            return Err(Error::TooMany("an undo"));
        }
        Ok(found)
    }
}

/// The first change that may have happened at or after a moment. The order of ids is that of time but for a clock that was set
/// back: the examination ends with a whole range of older ones.
async fn first_since(conn: &mut SqliteConnection, since: Timestamp) -> Result<i64, Error> {
    let (mut first, mut before) = (i64::MAX, i64::MAX);
    loop {
        let (least, found, rows): (Option<i64>, Option<i64>, i64) = sqlx::query_as(
            "SELECT min(id), min(id) FILTER (WHERE at >= $2), count(*) FROM (
                 SELECT id, at FROM change WHERE id < $1 ORDER BY id DESC LIMIT $3 + 0)",
        )
        .bind(before)
        .bind(since.as_millisecond())
        .bind(RANGE)
        .fetch_one(&mut *conn)
        .await?;
        first = found.map_or(first, |found| first.min(found));
        match least {
            Some(least) if found.is_some() && rows == RANGE => before = least,
            _ => return Ok(first),
        }
    }
}

/// One change. A deletion has with it what the same act wrote about the memberships that ended.
async fn one(conn: &mut SqliteConnection, id: i64, seen: i64) -> Result<Vec<Change>, Error> {
    let found: Option<Change> = sqlx::query_as("SELECT * FROM change WHERE id = $1 AND id <= $2")
        .bind(id)
        .bind(seen)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(change) = found else { return Ok(Vec::new()) };
    if change.kind != ChangeKind::Delete {
        return Ok(vec![change]);
    }
    // Written just before it, in the same transaction.
    let mut with: Vec<Change> = sqlx::query_as(
        "SELECT * FROM change WHERE id < $1 AND id > $1 - $2 AND kind = 'members' AND at = $3
             AND connection_id IS $4 AND activity_id IS $5 AND actor IS $6
             AND (resource_id = $7 OR EXISTS (SELECT 1 FROM json_each(before, '$.removed') WHERE value = $7))
         ORDER BY id",
    )
    .bind(id)
    .bind(RANGE)
    .bind(change.at.as_millisecond())
    .bind(&change.connection_id)
    .bind(&change.activity_id)
    .bind(&change.actor)
    .bind(&change.resource_id)
    .fetch_all(conn)
    .await?;
    with.push(change);
    Ok(with)
}

//! The connection by which single people are read. Such a read takes some microseconds, less than a round trip to a pool of
//! connections. Reads that arrive while one is under way wait for it, and are then done together, by one statement:
//! the crossing to the thread of the database costs more than what is read there.

use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::json;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};
use tokio::sync::{Mutex, oneshot};

use crate::Error;
use crate::database_file::DatabaseFile;
use crate::sql_values::arguments;

/// How many reads are done together at most: the answer to the first one waits for all of them.
const TOGETHER: usize = 64;

/// How people are looked for.
pub(crate) struct LookupSql {
    /// One read: `$1` is the key, `$2` how many rows of membership are looked at, `$3` the connection.
    pub one: &'static str,
    /// Several: `$1` is a list of pairs of key and connection. The column `place` says to which of them a row belongs.
    pub many: &'static str,
}

/// A read.
pub(crate) struct Lookup {
    pub sql: &'static LookupSql,
    pub key: String,
    pub connection_id: String,
    pub looked_at: i64,
}

/// A read that waits for the one that is under way.
struct Waiting {
    lookup: Arc<Lookup>,
    answer: oneshot::Sender<Vec<SqliteRow>>,
}

pub(crate) struct LookupConnection {
    /// `None` once it is closed.
    conn: Mutex<Option<SqliteConnection>>,
    waiting: std::sync::Mutex<Vec<Waiting>>,
}

impl LookupConnection {
    pub(crate) async fn open(folder: &Path) -> Result<Self, Error> {
        let which = DatabaseFile::Workspace;
        let options = which.options(&folder.join(which.file())).pragma("query_only", "ON");
        Ok(Self::of(SqliteConnection::connect_with(&options).await?))
    }

    fn of(conn: SqliteConnection) -> Self {
        Self { conn: Mutex::new(Some(conn)), waiting: std::sync::Mutex::default() }
    }

    /// The rows of a read.
    pub(crate) async fn fetch(&self, lookup: Lookup) -> Result<Vec<SqliteRow>, Error> {
        if let Ok(mut conn) = self.conn.try_lock() {
            return one(conn.as_mut().ok_or(Error::Closed)?, &lookup).await;
        }
        let lookup = Arc::new(lookup);
        let (answer, mut answered) = oneshot::channel();
        self.waiting().push(Waiting { lookup: Arc::clone(&lookup), answer });
        let mut conn = tokio::select! {
            biased;
            Ok(rows) = &mut answered => return Ok(rows),
            conn = self.conn.lock() => conn,
        };
        let conn = conn.as_mut().ok_or(Error::Closed)?;
        if let Ok(rows) = answered.try_recv() {
            return Ok(rows);
        }
        // The connection is this one's: nothing else is about to answer what waits, this one included.
        if let Err(error) = answer_all(conn, self.take_waiting()).await {
            tracing::warn!(%error, "people could not be read together; each is read by itself");
        }
        match answered.try_recv() {
            Ok(rows) => Ok(rows),
            Err(_failed) => one(conn, &lookup).await,
        }
    }

    /// How many reads wait for the one that is under way.
    pub(crate) fn waiting_reads(&self) -> usize {
        self.waiting().len()
    }

    /// The reads that wait longest. The others are read by the next one that gets the connection.
    fn take_waiting(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        // A request that has ended needs no answer.
        waiting.retain(|one| !one.answer.is_closed());
        let count = waiting.len().min(TOGETHER);
        waiting.drain(..count).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn close(&self) {
        if let Some(conn) = self.conn.lock().await.take() {
            drop(conn.close().await);
        }
    }
}

async fn one(conn: &mut SqliteConnection, lookup: &Lookup) -> Result<Vec<SqliteRow>, Error> {
    let Lookup { sql, key, connection_id, looked_at } = lookup;
    let arguments = arguments!(key.as_str(), *looked_at, connection_id.as_str())?;
    Ok(sqlx::query_with(sql.one, arguments).fetch_all(conn).await?)
}

/// Answers each of them; those that look for people in the same way by one statement.
async fn answer_all(conn: &mut SqliteConnection, mut waiting: Vec<Waiting>) -> Result<(), Error> {
    while let Some(first) = waiting.first() {
        let sql = first.lookup.sql;
        let (alike, others): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|one| std::ptr::eq(one.lookup.sql, sql));
        waiting = others;
        for (one, rows) in many(conn, sql, alike).await? {
            // The request may have ended since.
            drop(one.answer.send(rows));
        }
    }
    Ok(())
}

async fn many(
    conn: &mut SqliteConnection,
    sql: &'static LookupSql,
    alike: Vec<Waiting>,
) -> Result<Vec<(Waiting, Vec<SqliteRow>)>, Error> {
    let mut found: Vec<(Waiting, Vec<SqliteRow>)> = alike.into_iter().map(|one| (one, Vec::new())).collect();
    if let [(only, rows)] = found.as_mut_slice() {
        *rows = one(conn, &only.lookup).await?;
        return Ok(found);
    }
    let arguments = {
        let lookups = || found.iter().map(|(one, _)| &one.lookup);
        let pairs: Vec<[&str; 2]> =
            lookups().map(|one| [one.key.as_str(), one.connection_id.as_str()]).collect();
        let looked_at = lookups().map(|one| one.looked_at).max().unwrap_or_default();
        arguments!(json!(pairs).to_string(), looked_at)?
    };
    let rows: Vec<SqliteRow> = sqlx::query_with(sql.many, arguments).fetch_all(conn).await?;
    for row in rows {
        let place = usize::try_from(row.try_get::<i64, _>("place")?).unwrap_or(usize::MAX);
        if let Some((_, rows)) = found.get_mut(place) {
            rows.push(row);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_immediate;

    use super::*;

    /// The key itself is found, unless it is "none".
    static ECHO: LookupSql = LookupSql {
        one: "SELECT $3 || ' ' || $1 || ' ' || $2 AS found WHERE $1 <> 'none'",
        many: "SELECT i.key AS place, (i.value ->> 1) || ' ' || (i.value ->> 0) || ' ' || $2 AS found FROM json_each($1) i
            WHERE i.value ->> 0 <> 'none'",
    };
    static BROKEN: LookupSql = LookupSql { one: ECHO.one, many: "SELECT nothing FROM nowhere" };

    fn lookup(sql: &'static LookupSql, key: &str) -> Lookup {
        Lookup { sql, key: key.to_owned(), connection_id: "c".to_owned(), looked_at: 7 }
    }

    fn texts(rows: Result<Vec<SqliteRow>, Error>) -> Vec<String> {
        rows.unwrap().iter().map(|row| row.get("found")).collect()
    }

    async fn lookups() -> LookupConnection {
        LookupConnection::of(SqliteConnection::connect("sqlite::memory:").await.unwrap())
    }

    #[tokio::test]
    async fn reads_that_wait_are_done_together_and_each_has_its_own_rows() {
        let lookups = lookups().await;
        let held = lookups.conn.lock().await;
        let mut waiting = Vec::new();
        for key in ["a", "none", "b"] {
            let mut read = Box::pin(lookups.fetch(lookup(&ECHO, key)));
            assert!(poll_immediate(&mut read).await.is_none(), "the connection is in use");
            waiting.push(read);
        }
        drop(held);
        let mut waiting = waiting.into_iter();
        assert_eq!(texts(waiting.next().unwrap().await), ["c a 7"]);
        for (read, expected) in waiting.zip([&[][..], &["c b 7"]]) {
            let rows = poll_immediate(read).await.expect("it is answered with the first one");
            assert_eq!(texts(rows), expected);
        }
        assert_eq!(texts(lookups.fetch(lookup(&ECHO, "d")).await), ["c d 7"], "one that need not wait");
    }

    #[tokio::test]
    async fn what_was_to_be_read_together_and_failed_is_read_by_itself() {
        let lookups = lookups().await;
        let held = lookups.conn.lock().await;
        let [mut first, mut second] = ["a", "b"].map(|key| Box::pin(lookups.fetch(lookup(&BROKEN, key))));
        assert!(poll_immediate(&mut first).await.is_none() && poll_immediate(&mut second).await.is_none());
        drop(held);
        assert_eq!(texts(first.await), ["c a 7"]);
        assert_eq!(texts(second.await), ["c b 7"]);
    }

    #[tokio::test]
    async fn so_many_reads_are_done_together_and_the_others_after_them() {
        let lookups = lookups().await;
        let held = lookups.conn.lock().await;
        let mut waiting = Vec::new();
        for n in 0..TOGETHER + 2 {
            let mut read = Box::pin(lookups.fetch(lookup(&ECHO, &n.to_string())));
            assert!(poll_immediate(&mut read).await.is_none(), "the connection is in use");
            waiting.push(read);
        }
        drop(held);
        let others = waiting.split_off(1);
        for first in waiting {
            assert_eq!(texts(first.await), ["c 0 7"]);
        }
        assert_eq!(lookups.waiting_reads(), 2, "those beyond the limit");
        for (n, read) in others.into_iter().enumerate() {
            assert_eq!(texts(read.await), [format!("c {} 7", n + 1)]);
        }
        assert_eq!(lookups.waiting_reads(), 0);
    }

    #[tokio::test]
    async fn what_a_request_that_has_ended_waited_for_is_not_read() {
        let lookups = lookups().await;
        let held = lookups.conn.lock().await;
        for key in ["x", "y"] {
            let mut ended = Box::pin(lookups.fetch(lookup(&BROKEN, key)));
            assert!(poll_immediate(&mut ended).await.is_none());
        }
        let [mut first, mut second] = ["a", "b"].map(|key| Box::pin(lookups.fetch(lookup(&ECHO, key))));
        assert!(poll_immediate(&mut first).await.is_none() && poll_immediate(&mut second).await.is_none());
        drop(held);
        assert_eq!(texts(first.await), ["c a 7"]);
        let rows = poll_immediate(second).await.expect("what would have failed was left out");
        assert_eq!(texts(rows), ["c b 7"]);
    }

    #[tokio::test]
    async fn a_request_that_ends_while_it_reads_for_others_leaves_each_of_them_its_own_rows() {
        let lookups = lookups().await;
        let held = lookups.conn.lock().await;
        let [mut first, mut second] = ["a", "b"].map(|key| Box::pin(lookups.fetch(lookup(&ECHO, key))));
        assert!(poll_immediate(&mut first).await.is_none() && poll_immediate(&mut second).await.is_none());
        drop(held);
        drop(poll_immediate(&mut first).await);
        drop(first);
        assert_eq!(texts(second.await), ["c b 7"]);
    }
}

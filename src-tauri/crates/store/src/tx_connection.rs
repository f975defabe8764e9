//! The writing connection, as a transaction uses it. It begins the transaction, and the savepoint of each write, with the first
//! statement that needs them: a write that brings that statement with its beginning in one text crosses to the thread of the
//! database once less.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, TryFutureExt as _};
use sqlx::sqlite::{
    Sqlite, SqliteArguments, SqliteConnection, SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo,
};
use sqlx::{Column as _, Connection as _, Describe, Either, Execute, Executor, Row as _, SqlStr};

use crate::task::end;

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT request";
const NEXT: &str = "RELEASE request; SAVEPOINT request";
/// Takes out what became stale.
const SWEEP: &str = "DELETE FROM temp.stale RETURNING kind, id";

/// A statement: by itself, with the beginning of a transaction before it, and with the end of the write before it.
pub(crate) struct Led(pub [&'static str; 3]);

impl Led {
    /// Of a text that is made once for the process, with a sweep behind it.
    pub(crate) fn with_sweep(sql: &str) -> Self {
        let sql = format!("{sql}; {SWEEP}");
        let led = [format!("{BEGIN}; {sql}"), format!("{NEXT}; {sql}")];
        let [begin, next] = led.map(|text| &*text.leak());
        Self([sql.leak(), begin, next])
    }
}

/// Makes a [`Led`] of the text of a statement.
macro_rules! led {
    ($sql:expr) => {
        $crate::tx_connection::Led([
            $sql,
            concat!("BEGIN IMMEDIATE; SAVEPOINT request; ", $sql),
            concat!("RELEASE request; SAVEPOINT request; ", $sql),
        ])
    };
}
pub(crate) use led;

/// The statement by which [`TxConnection::fetch_and_sweep`] learns what became stale, behind others.
macro_rules! with_sweep {
    ($sql:expr) => {
        concat!($sql, "; DELETE FROM temp.stale RETURNING kind, id")
    };
}
pub(crate) use with_sweep;

/// What runs before the next statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    /// No transaction is open.
    Begin,
    /// The write before this one is complete.
    Savepoint,
}

/// The only writing connection.
#[derive(Debug)]
pub(crate) struct TxConnection {
    inner: SqliteConnection,
    due: Due,
    /// The rows of `temp.stale` that were read in this transaction: kind and id.
    stale: Vec<(i64, String)>,
    /// Nothing was written since `temp.stale` was read.
    is_swept: bool,
    /// The last transaction was rolled back: should that have failed, the next one is begun by [`begin`].
    is_doubtful: bool,
    /// Why the transaction could not be begun.
    not_begun: Option<String>,
}

impl TxConnection {
    pub(crate) fn new(inner: SqliteConnection) -> Self {
        Self {
            inner,
            due: Due::Begin,
            stale: Vec::new(),
            is_swept: false,
            is_doubtful: false,
            not_begun: None,
        }
    }

    /// The transaction is begun by the next statement.
    pub(crate) fn begin_with_next(&mut self) {
        (self.due, self.is_swept) = (Due::Begin, false);
        self.stale.clear();
        self.not_begun = None;
    }

    /// Why the transaction could not be begun, if that is so.
    pub(crate) fn not_begun(&self) -> Option<&str> {
        self.not_begun.as_deref()
    }

    /// The write is complete; another one follows.
    pub(crate) fn next_write(&mut self) {
        if self.due == Due::Nothing {
            self.due = Due::Savepoint;
        }
    }

    /// Undoes what was written since the write began.
    pub(crate) async fn undo_write(&mut self) -> Result<(), sqlx::Error> {
        if self.due == Due::Nothing {
            self.is_swept = false;
            sqlx::query("ROLLBACK TO request").execute(&mut self.inner).await?;
        }
        Ok(())
    }

    /// Whether a transaction is open.
    pub(crate) fn is_open(&self) -> bool {
        self.due != Due::Begin
    }

    /// Ends the last write, and takes what the transaction changed of what is in memory: kind and id.
    pub(crate) async fn sweep(&mut self) -> Result<Vec<(i64, String)>, sqlx::Error> {
        self.due = Due::Nothing;
        if !self.is_swept {
            let rows: Vec<SqliteRow> =
                sqlx::query("RELEASE request; DELETE FROM temp.stale RETURNING kind, id")
                    .fetch_all(&mut self.inner)
                    .await?;
            self.take_stale(rows)?;
        }
        Ok(std::mem::take(&mut self.stale))
    }

    /// Commits, also what the last savepoint holds.
    pub(crate) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("COMMIT").execute(&mut self.inner).await.map(drop)
    }

    /// Ends a transaction of which every write was undone.
    pub(crate) async fn discard(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("ROLLBACK").execute(&mut self.inner).await.map(drop)
    }

    /// How many rows this connection has changed since it was opened; `None` where that cannot be known.
    pub(crate) async fn changed_rows(&mut self) -> Option<i64> {
        sqlx::query_scalar("SELECT total_changes()").fetch_one(&mut self.inner).await.ok()
    }

    /// Undoes the whole transaction. Harmless when SQLite already rolled back by itself.
    pub(crate) async fn roll_back(&mut self) {
        self.is_doubtful = true;
        drop(self.inner.execute("ROLLBACK").await);
    }

    pub(crate) async fn close(mut self) {
        drop(self.inner.execute("PRAGMA wal_checkpoint(TRUNCATE)").await);
        drop(self.inner.close().await);
    }

    /// The connection inside of the transaction, which is begun if need be.
    pub(crate) async fn begun(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.is_swept = false;
        match std::mem::replace(&mut self.due, Due::Nothing) {
            Due::Nothing => {}
            Due::Begin => {
                if let Err(error) = begin(&mut self.inner, BEGIN).await {
                    return Err(self.refuse(&error));
                }
                self.is_doubtful = false;
            }
            Due::Savepoint => {
                sqlx::query(NEXT).execute(&mut self.inner).await?;
            }
        }
        Ok(&mut self.inner)
    }

    /// The same, for statements that write nothing: what became stale remains known.
    pub(crate) async fn begun_to_read(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let is_swept = self.is_swept;
        self.begun().await?;
        self.is_swept = is_swept;
        Ok(&mut self.inner)
    }

    /// Notes why the transaction could not be begun. The work gets an error that is no failure of its own: its caller
    /// receives what was noted.
    fn refuse(&mut self, why: &sqlx::Error) -> sqlx::Error {
        // Should the work continue, nothing of it is committed by itself.
        self.due = Due::Begin;
        self.not_begun = Some(why.to_string());
        sqlx::Error::PoolClosed
    }

    /// Runs a statement that brings with it what is due.
    pub(crate) async fn fetch_led(
        &mut self,
        sql: &Led,
        arguments: SqliteArguments,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        if self.is_doubtful {
            self.begun().await?;
        }
        self.is_swept = false;
        let due = std::mem::replace(&mut self.due, Due::Nothing);
        let done = sqlx::query_with(sql.0[due as usize], arguments).fetch_all(&mut self.inner).await;
        match &done {
            Err(sqlx::Error::WorkerCrashed) => end_without_database(),
            // Either the beginning failed or what followed it.
            Err(error) if due == Due::Begin && self.undo_write().await.is_err() => {
                return Err(self.refuse(error));
            }
            _ => {}
        }
        done
    }

    /// The same with a statement [with a sweep](with_sweep) behind it.
    pub(crate) async fn fetch_and_sweep(
        &mut self,
        sql: &Led,
        arguments: SqliteArguments,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let rows = self.fetch_led(sql, arguments).await?;
        let (stale, rows) = rows
            .into_iter()
            .partition(|row| row.columns().first().is_some_and(|column| column.name() == "kind"));
        self.take_stale(stale)?;
        self.is_swept = true;
        Ok(rows)
    }

    fn take_stale(&mut self, rows: Vec<SqliteRow>) -> Result<(), sqlx::Error> {
        for row in rows {
            self.stale.push((row.try_get(0)?, row.try_get(1)?));
        }
        Ok(())
    }
}

impl<'c> Executor<'c> for &'c mut TxConnection {
    type Database = Sqlite;

    fn fetch_many<'e, 'q, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        'q: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        if self.due == Due::Nothing {
            self.is_swept = false;
            return self.inner.fetch_many(query);
        }
        Box::pin(self.begun().map_ok(|conn| conn.fetch_many(query)).try_flatten_stream())
    }

    fn fetch_optional<'e, 'q, E>(self, query: E) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        'q: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        if self.due == Due::Nothing {
            self.is_swept = false;
            return self.inner.fetch_optional(query);
        }
        self.begun().and_then(|conn| conn.fetch_optional(query)).boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        self.inner.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.inner.describe(sql)
    }
}

/// Begins a transaction with this statement, also after one whose rollback failed: what it left open would refuse every later
/// one. A connection whose thread has ended never writes again, and the process ends with it.
pub(crate) async fn begin(conn: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    if sqlx::query(sql).execute(&mut *conn).await.is_ok() {
        return Ok(());
    }
    drop(conn.execute("ROLLBACK").await);
    match sqlx::query(sql).execute(conn).await {
        Err(sqlx::Error::WorkerCrashed) => end_without_database(),
        begun => begun.map(drop),
    }
}

fn end_without_database() -> ! {
    end("writer", "the thread of the database has ended")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use sqlx::sqlite::SqliteConnectOptions;
    use tokio::sync::oneshot;

    use super::*;
    use crate::database_file::DatabaseFile;
    use crate::{Clock, Error, Ids, Store};

    #[tokio::test]
    async fn writes_of_one_batch_are_committed_also_when_the_last_ones_run_no_statement() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(folder.path(), Clock::fixed(Timestamp::UNIX_EPOCH), Ids::random()).await.unwrap();
        let (go, may_go) = oneshot::channel();
        // All are queued before the first one ends.
        let (first, failed, nothing, ()) = tokio::join!(
            store.write(async move |tx| {
                may_go.await.map_err(|_gone| Error::Closed)?;
                tx.create_connection("First", "custom", "{}").await.map(|made| made.id)
            }),
            store.write(async move |tx| {
                tx.create_connection("Second", "custom", "{}").await?;
                Err::<(), Error>(Error::ConnectionGone)
            }),
            store.write(async move |_| Ok::<(), Error>(())),
            async { go.send(()).unwrap() },
        );
        assert!(matches!(failed, Err(Error::ConnectionGone)), "its own error: {failed:?}");
        nothing.unwrap();
        assert!(store.known_connection(&first.unwrap()).is_some(), "what is in memory follows the commit");
        assert_eq!(store.known_connections().len(), 1, "what failed is undone");
    }

    #[tokio::test]
    async fn a_batch_in_which_nothing_is_asked_of_the_database_begins_no_transaction() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(folder.path(), Clock::fixed(Timestamp::UNIX_EPOCH), Ids::random()).await.unwrap();
        for _ in 0..2 {
            store.write(async move |_| Ok::<(), Error>(())).await.unwrap();
            let made = store.write(async move |tx| tx.set("a", Some("b")).await).await;
            assert!(made.is_ok(), "{made:?}");
        }
    }

    #[tokio::test]
    async fn a_write_without_a_statement_does_not_say_that_writing_works() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(folder.path(), Clock::fixed(Timestamp::UNIX_EPOCH), Ids::random()).await.unwrap();
        store.0.health.failed(DatabaseFile::Workspace, Timestamp::UNIX_EPOCH, "a failure");
        store.write(async move |_| Ok::<(), Error>(())).await.unwrap();
        assert!(store.workspace_write_failure().is_some(), "nothing was written");
        store.write(async move |tx| tx.set("a", Some("b")).await).await.unwrap();
        assert_eq!(store.workspace_write_failure(), None, "a change was committed");
    }

    #[tokio::test]
    async fn a_statement_after_a_beginning_that_failed_is_not_committed_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("one.db"))
            .create_if_missing(true)
            .busy_timeout(Duration::ZERO);
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        other.execute("CREATE TABLE one (n INTEGER); BEGIN IMMEDIATE").await.unwrap();
        let mut writing = TxConnection::new(SqliteConnection::connect_with(&options).await.unwrap());
        writing.begin_with_next();
        let insert = led!("INSERT INTO one VALUES (1)");
        writing.fetch_led(&insert, SqliteArguments::default()).await.unwrap_err();
        assert!(writing.not_begun().is_some(), "the other connection is writing");
        other.execute("ROLLBACK").await.unwrap();
        sqlx::query("INSERT INTO one VALUES (2)").execute(&mut writing).await.unwrap();
        assert!(writing.not_begun().is_some(), "the whole transaction is refused");
        writing.roll_back().await;
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM one").fetch_one(&mut other).await.unwrap();
        assert_eq!(rows, 0, "what was refused left nothing");
    }
}

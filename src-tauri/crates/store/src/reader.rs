//! Reading with a permit and a time limit, so that one connection's searches leave room for the others'.
//!
//! A search takes a permit, and so does each part of a long answer; between the parts none is taken. A connection has at
//! most two at once, of the four database connections that read the file, and each statement ends after [`LONGEST`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqliteConnection};
use tokio::sync::OwnedSemaphorePermit;

use crate::rows_read::RowsRead;
use crate::{Error, Scope, Store};

/// How long one statement may take.
const LONGEST: Duration = Duration::from_secs(2);
/// After how many instructions of SQLite's virtual machine the time is checked: well under a millisecond.
const INSTRUCTIONS: i32 = 10_000;
/// No statement runs, so that none can be late.
const IDLE: u64 = u64::MAX;

/// The monotonic time of this process, which setting the clock does not change.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn millis() -> u64 {
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(IDLE - 1)
}

/// A database connection with a read permit. Each statement on it ends with [`Error::TooLong`] when it takes longer than two seconds.
pub struct Reader {
    conn: PoolConnection<Sqlite>,
    until: Arc<AtomicU64>,
    pub(crate) member_rows: RowsRead,
    _permit: OwnedSemaphorePermit,
}

impl Store {
    /// Waits for a read permit of the scope's connection.
    pub async fn reader(&self, scope: &Scope) -> Result<Reader, Error> {
        let permit = self.0.read_permits.take(scope.connection_id()).await?;
        let mut conn = self.readers().acquire().await?;
        let until = Arc::new(AtomicU64::new(IDLE));
        let watched = until.clone();
        conn.lock_handle()
            .await?
            .set_progress_handler(INSTRUCTIONS, move || millis() <= watched.load(Ordering::Relaxed));
        Ok(Reader { conn, until, member_rows: self.0.member_rows.clone(), _permit: permit })
    }
}

impl Reader {
    /// The connection, for one statement, whose time begins now.
    pub(crate) fn statement(&mut self) -> &mut SqliteConnection {
        let longest = u64::try_from(LONGEST.as_millis()).unwrap_or(IDLE - 1);
        self.until.store(millis().saturating_add(longest), Ordering::Relaxed);
        &mut self.conn
    }
}

impl Drop for Reader {
    /// The handler remains on the connection until the next reader sets its own; a statement until then has no time limit.
    fn drop(&mut self) {
        self.until.store(IDLE, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_permits::READERS;

    #[tokio::test]
    async fn a_statement_ends_after_its_time_and_the_next_one_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let clock = crate::Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
        let store = Store::open(folder.path(), clock, crate::Ids::random()).await.unwrap();
        let scope = Scope::of("a");
        let mut reading = store.reader(&scope).await.unwrap();
        let endless =
            "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
        let began = Instant::now();
        let ended: Result<i64, Error> =
            sqlx::query_scalar(endless).fetch_one(reading.statement()).await.map_err(Error::from);
        assert!(matches!(ended, Err(Error::TooLong)), "it does not run for ever: {ended:?}");
        assert!(began.elapsed() < LONGEST * 2, "{:?}", began.elapsed());
        let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(reading.statement()).await.unwrap();
        assert_eq!(one, 1, "the next statement has time again");
        drop(reading);
        for _ in 0..READERS {
            let all: i64 =
                sqlx::query_scalar("SELECT count(*) FROM person").fetch_one(store.readers()).await.unwrap();
            assert_eq!(all, 0, "and a statement without a reader has no time limit");
        }
    }
}

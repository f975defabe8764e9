//! The only writer of the request log: batches of rows and work on the log, each in a transaction, on a separate thread, so
//! that it never slows a change. A row or a piece of work that fails or panics affects no other.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use tokio::sync::{broadcast, oneshot};
use tracing::{Instrument as _, Span};

use crate::activity_bodies::BodyPacker;
use crate::activity_queue::{Queue, QueueReader, Queued, queue};
use crate::activity_tally::{self, Known};
use crate::auto_vacuum::enable_incremental_vacuum;
use crate::database_file::{DatabaseFile, flag_damaged_log};
use crate::disk_space::GivesWay;
use crate::error::is_damage;
use crate::folder_lock::FolderLock;
use crate::health::Health;
use crate::log_upgrade::{self, Upgrade};
use crate::task::{catch_panic, spawn_supervised_thread};
use crate::tx_connection::begin;
use crate::unlogged_requests::UnloggedRequests;
use crate::{Activity, Clock, Error, StoreEvent, Undescribed, activity_rows, log_size};

/// How many exchanges share one transaction at most.
const BATCH: usize = 1024;

/// After how many rows the size of the log is measured.
const MEASURED: usize = 1_000;
/// How many steps are taken between two batches at most: each removes 250 bodies or rows.
const TRIMS: usize = 16;
/// From this size on (64 MB) a request log without incremental vacuum is not rewritten: that reads it whole.
const LARGE: u64 = 64 << 20;

/// Work on the log besides recording, in a separate transaction.
/// Answers whether SQLite found the file damaged.
type Work = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> LocalBoxFuture<'c, bool> + Send>;

enum Task {
    Work(Work),
    Close(oneshot::Sender<()>),
}

/// What the recorder needs besides the rows.
struct Context {
    folder: PathBuf,
    health: Health,
    clock: Clock,
    notices: broadcast::Sender<StoreEvent>,
    ignored: IgnoredConnections,
    unlogged: UnloggedRequests,
    most_bytes: Arc<AtomicU64>,
    lock: FolderLock,
}

/// The handle through which the log is written.
pub(crate) struct Recorder {
    queue: Queue<Task>,
    ignored: IgnoredConnections,
    unlogged: UnloggedRequests,
    most_bytes: Arc<AtomicU64>,
}

/// The connections of which nothing is recorded any more.
type IgnoredConnections = Arc<Mutex<HashSet<String>>>;

impl Recorder {
    /// `has_old_rows`: the log has rows of an older version, which are moved between the batches.
    pub(crate) fn start(
        conn: SqliteConnection,
        has_old_rows: bool,
        folder: PathBuf,
        health: Health,
        clock: Clock,
        notices: broadcast::Sender<StoreEvent>,
        lock: FolderLock,
    ) -> Self {
        let (queue, reader) = queue();
        let (ignored, unlogged) = (IgnoredConnections::default(), UnloggedRequests::default());
        let most_bytes = Arc::new(AtomicU64::new(u64::MAX));
        let context = Context {
            folder,
            health,
            clock,
            notices,
            ignored: ignored.clone(),
            unlogged: unlogged.clone(),
            most_bytes: most_bytes.clone(),
            lock,
        };
        spawn_supervised_thread("recorder", move || run(conn, has_old_rows, context, reader));
        Self { queue, ignored, unlogged, most_bytes }
    }

    /// Does `work` in a transaction behind everything that was queued before. An `Err` undoes all of it.
    pub(crate) async fn work<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> AsyncFnOnce(&'c mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let span = Span::current();
        let work: Work = Box::new(move |conn| {
            Box::pin(async move {
                let done = in_transaction(conn, work).instrument(span).await;
                let is_damaged = done.as_ref().err().is_some_and(is_log_damage);
                // The caller may have been dropped.
                drop(answer.send(done));
                is_damaged
            })
        });
        self.queue.work(Task::Work(work))?;
        answered.await.unwrap_or(Err(Error::Closed))
    }

    /// From now on nothing is recorded of a connection, also of requests under way; what is stored already is removed by
    /// [`Recorder::work`].
    pub(crate) fn ignore_connection(&self, connection_id: &str) {
        self.ignored.lock().unwrap_or_else(PoisonError::into_inner).insert(connection_id.to_owned());
    }

    /// When the newest request of a connection arrived that has no row.
    pub(crate) fn last_unlogged(&self, connection_id: &str) -> Option<Timestamp> {
        self.unlogged.of(connection_id)
    }

    /// Queues an exchange that must become a row; see [`Queue::record`].
    pub(crate) async fn record(&self, exchange: impl Undescribed) {
        self.queue.record(exchange).await;
    }

    /// Whether the queue has room, after a moment at most; see [`Queue::has_room`].
    pub(crate) async fn has_room(&self) -> bool {
        self.queue.has_room().await
    }

    /// What is not written yet; see [`Queue::waiting`].
    pub(crate) fn waiting(&self) -> (usize, usize) {
        self.queue.waiting()
    }

    /// From now on the log is not larger than this; see [`log_size`].
    pub(crate) fn set_most_bytes(&self, bytes: u64) {
        self.most_bytes.store(bytes, Ordering::Relaxed);
    }

    /// See [`Recorder::set_most_bytes`].
    pub(crate) fn most_bytes(&self) -> u64 {
        self.most_bytes.load(Ordering::Relaxed)
    }

    pub(crate) async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.queue.work(Task::Close(done)).is_ok() {
            drop(is_done.await);
        }
    }
}

/// What is remembered from batch to batch.
struct Writing {
    conn: SqliteConnection,
    packer: BodyPacker,
    known: Known,
    /// The number of the newest row, once it is known.
    newest: Option<i64>,
    /// How many rows were written since the size was measured.
    unmeasured: usize,
}

async fn run(mut conn: SqliteConnection, has_old_rows: bool, context: Context, mut queue: QueueReader<Task>) {
    let packer = match BodyPacker::new() {
        Ok(packer) => packer,
        Err(error) => crate::task::end("recorder", &error.to_string()),
    };
    // A log that an older version made is rewritten after the start, if it is not large.
    let is_small = std::fs::metadata(context.folder.join(DatabaseFile::Activity.file()))
        .is_ok_and(|file| file.len() < LARGE);
    if is_small && let Err(error) = enable_incremental_vacuum(&mut conn, DatabaseFile::Activity).await {
        tracing::warn!(%error, "incremental vacuum of the request log could not be enabled");
    }
    let mut writing = Writing { conn, packer, known: Known::default(), newest: None, unmeasured: usize::MAX };
    let mut batch = Vec::with_capacity(BATCH);
    let mut old_rows = Upgrade::new(has_old_rows);
    let mut closing = None;
    while closing.is_none() {
        if old_rows.is_due(context.clock.now()) {
            queue.take_waiting(&mut batch, BATCH);
            upgrade(&mut writing, &context, &mut old_rows).await;
            tokio::task::yield_now().await;
        } else if !queue.next(&mut batch, BATCH).await {
            break;
        }
        let (mut rows, mut permits, mut works) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
        for message in batch.drain(..) {
            match message {
                Queued::Record(exchange, permit) => {
                    rows.push(exchange.describe());
                    permits.push(permit);
                }
                Queued::Work(Task::Work(work)) => works.push(work),
                Queued::Work(Task::Close(done)) => closing = Some(done),
            }
        }
        write_batch(&mut writing, &context, rows).await;
        queue.release(&permits);
        trim(&mut writing, &context).await;
        for work in works {
            if work(&mut writing.conn).await {
                flag_damaged_log(&context.folder);
            }
            writing.known = Known::default();
        }
    }
    drop(writing.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await);
    drop(writing.conn.close().await);
    // Before the close is answered: who closes a store may open the folder again at once.
    drop(context.lock);
    if let Some(done) = closing {
        let _no_receiver = done.send(());
    }
}

/// Moves some rows of an older version. After a failure that is tried again later.
async fn upgrade(writing: &mut Writing, context: &Context, old_rows: &mut Upgrade) {
    let Writing { conn, packer, .. } = writing;
    let moved = in_transaction(conn, async |conn| log_upgrade::step(conn, packer).await).await;
    if let Err(error) = &moved {
        tracing::warn!(%error, "rows of an older version of the request log cannot be moved; it is tried again later");
        context.note_failure(error);
    }
    old_rows.stepped(moved.as_ref().copied(), context.clock.now());
}

fn is_log_damage(error: &Error) -> bool {
    matches!(error, Error::Sql(error) if is_damage(error))
}

impl Context {
    fn note_failure(&self, error: &Error) {
        self.health.failed(DatabaseFile::Activity, self.clock.now(), &error.to_string());
        if is_log_damage(error) {
            flag_damaged_log(&self.folder);
        }
    }
}

/// Removes what is over the size limit after each [`MEASURED`] rows. Where that needs more than [`TRIMS`] steps, it continues
/// after the next batch.
async fn trim(writing: &mut Writing, context: &Context) {
    if writing.unmeasured < MEASURED {
        return;
    }
    let (most, now) = (context.most_bytes.load(Ordering::Relaxed), context.clock.now());
    for _ in 0..TRIMS {
        match in_transaction(&mut writing.conn, async |conn| log_size::trim(conn, most, now).await).await {
            Ok(true) => {}
            Ok(false) => {
                writing.unmeasured = 0;
                return;
            }
            Err(error) => {
                writing.unmeasured = 0;
                return context.note_failure(&error);
            }
        }
    }
}

/// Writes rows together; when that fails, each by itself, so that one that cannot be written affects no other.
async fn write_batch(writing: &mut Writing, context: &Context, mut rows: Vec<Activity>) {
    if !rows.is_empty() {
        let ignored = context.ignored.lock().unwrap_or_else(PoisonError::into_inner);
        rows.retain(|row| !ignored.contains(&row.connection_id));
    }
    if rows.is_empty() {
        return;
    }
    if context.health.disk().gives_way() != GivesWay::Nothing {
        // What is left of the disk is for changes.
        for row in &rows {
            context.unlogged.note(row);
        }
        return;
    }
    writing.unmeasured = writing.unmeasured.saturating_add(rows.len());
    let mut written: BTreeMap<&str, &str> = BTreeMap::new();
    let recorded = record(writing, &rows).await;
    if let Err(error) = &recorded {
        context.note_failure(error);
    }
    if recorded.is_ok() {
        written.extend(rows.iter().map(|row| (row.connection_id.as_str(), row.id.as_str())));
    } else {
        for row in &rows {
            match record(writing, std::slice::from_ref(row)).await {
                Ok(()) => drop(written.insert(&row.connection_id, &row.id)),
                // The exchange happened and was answered; only its row is missing.
                Err(error) => {
                    tracing::error!(row.id, %error, "a row of the request log could not be written");
                    context.note_failure(&error);
                    context.unlogged.note(row);
                }
            }
        }
    }
    if !written.is_empty() {
        context.health.succeeded(DatabaseFile::Activity);
    }
    for (connection_id, id) in written {
        let (connection_id, id) = (connection_id.to_owned(), id.to_owned());
        // No listener is fine.
        drop(context.notices.send(StoreEvent::Activity { connection_id, id }));
    }
}

async fn record(writing: &mut Writing, rows: &[Activity]) -> Result<(), Error> {
    let Writing { conn, packer, known, newest, .. } = writing;
    let numbered = in_transaction(conn, async |conn| {
        let before = match *newest {
            Some(before) => before,
            None => newest_number(conn).await?,
        };
        let number = |place: usize| before + 1 + i64::try_from(place).unwrap_or(i64::MAX);
        activity_rows::insert(conn, packer, rows, number).await?;
        activity_tally::add(conn, known, rows).await?;
        Ok(number(rows.len()) - 1)
    })
    .await;
    match numbered {
        Ok(number) => {
            *newest = Some(number);
            Ok(())
        }
        Err(error) => {
            *known = Known::default();
            Err(error)
        }
    }
}

async fn newest_number(conn: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    // Rows of an older version have numbers below zero.
    sqlx::query_scalar("SELECT max(0, coalesce(max(seq), 0)) FROM activity").fetch_one(conn).await
}

/// Commits what `work` does, or nothing of it: after an error, a panic included, all of it is rolled back.
async fn in_transaction<T>(
    conn: &mut SqliteConnection,
    work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    begin(conn, "BEGIN IMMEDIATE").await?;
    let written = match catch_panic("request log", work(&mut *conn)).await.flatten() {
        Ok(done) => match conn.execute("COMMIT").await {
            Ok(_) => Ok(done),
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error),
    };
    if written.is_err() {
        // Harmless when SQLite already rolled back by itself.
        drop(conn.execute("ROLLBACK").await);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Ids, Store};

    async fn open() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let store = Store::open(folder.path(), clock, Ids::random()).await.unwrap();
        (folder, store)
    }

    async fn ids(store: &Store) -> Vec<String> {
        // Work is done behind the rows that were queued before it.
        let passed: Result<(), Error> = store.recorder().work(async move |_| Ok(())).await;
        assert!(passed.is_ok(), "the recorder works: {passed:?}");
        let written = store.activities("one", 10).await.unwrap_or_default();
        written.into_iter().map(|activity| activity.id).collect()
    }

    fn panics() -> Error {
        panic!("a defect")
    }

    #[tokio::test]
    async fn a_panic_in_the_log_is_rolled_back_and_recording_continues() {
        let (_folder, store) = open().await;
        store.record(Activity::example("a")).await;
        let recorder = store.recorder();
        let wiped = recorder.work(async move |conn| {
            sqlx::query("DELETE FROM activity").execute(conn).await?;
            Err::<(), Error>(panics())
        });
        let (wiped, ()) = tokio::join!(wiped, store.record(Activity::example("b")));
        assert!(matches!(wiped, Err(Error::Defect(_))), "the caller gets the error: {wiped:?}");
        assert_eq!(ids(&store).await, ["b", "a"], "what it did is undone, and others are stored");
    }

    #[cfg(debug_assertions)]
    #[tokio::test]
    async fn a_disk_with_little_space_is_not_filled_by_the_log() {
        use crate::LOG_STOPS;
        use crate::injected_disk::inject;

        let (folder, store) = open().await;
        for (id, free) in [("a", LOG_STOPS), ("b", LOG_STOPS - 1), ("c", LOG_STOPS)] {
            inject(folder.path(), Some(free));
            store.record(Activity::example(id)).await;
            assert_eq!(
                ids(&store).await.contains(&id.to_owned()),
                free == LOG_STOPS,
                "{free} bytes are free"
            );
            assert_eq!(store.is_logging(), free == LOG_STOPS, "which is known");
        }
        assert_eq!(ids(&store).await, ["c", "a"]);
        assert_eq!(store.last_unlogged("one"), None, "no token had proved it");
        inject(folder.path(), Some(LOG_STOPS - 1));
        store.record(Activity { token_id: Some("token".to_owned()), ..Activity::example("d") }).await;
        assert_eq!(ids(&store).await, ["c", "a"]);
        assert_eq!(store.last_unlogged("one"), Some(Timestamp::UNIX_EPOCH), "that it called is known");
        assert_eq!(store.last_unlogged("other"), None);
    }

    #[tokio::test]
    async fn a_log_that_could_not_be_written_is_tried_again_unless_it_is_damaged() {
        let (folder, store) = open().await;
        let fail = || store.0.health.failed(DatabaseFile::Activity, Timestamp::UNIX_EPOCH, "a reason");
        fail();
        store.test_log().await.unwrap();
        assert_eq!(store.log_write_failure(), None, "it can be written");
        fail();
        flag_damaged_log(folder.path());
        store.test_log().await.unwrap();
        assert!(store.log_write_failure().is_some(), "the next start begins a new one");
    }

    #[tokio::test]
    async fn old_rows_that_could_not_be_moved_are_moved_later() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let open = || Store::open(folder.path(), clock.clone(), Ids::random());
        open().await.unwrap().close().await;
        let path = format!("sqlite://{}", folder.path().join("activity.db").display());
        let mut other = SqliteConnection::connect(&path).await.unwrap();
        let first = include_str!("../migrations/activity/0001_activity.sql");
        let table = first.split(';').find(|part| part.contains("CREATE TABLE activity (")).unwrap();
        let old = table.replace("CREATE TABLE activity (", "CREATE TABLE activity_before_9 (");
        other.execute(sqlx::AssertSqlSafe(old)).await.unwrap();
        let row = "INSERT INTO activity_before_9 (id, at, connection_id, method, path, status, result, sentence, duration_us,
                       secure, notes)
                   VALUES ('old', 0, 'one', 'GET', '/Users', 200, 'ok', 'Listed people', 1, 0, '[]')";
        other.execute(row).await.unwrap();
        let obstacle = "CREATE TRIGGER obstacle BEFORE INSERT ON activity WHEN NEW.seq < 0
                        BEGIN SELECT RAISE(ABORT, 'not now'); END";
        other.execute(obstacle).await.unwrap();

        let store = open().await.unwrap();
        store.record(Activity::example("new")).await;
        assert_eq!(ids(&store).await, ["new"], "the old row cannot be moved, and recording continues");
        other.execute("DROP TRIGGER obstacle").await.unwrap();
        clock.advance(std::time::Duration::from_mins(11));
        // The first turn of the recorder moves the row, and the next one finds that none is left.
        for _ in 0..2 {
            ids(&store).await;
        }
        assert_eq!(ids(&store).await, ["new", "old"], "it is moved without another start");
        assert!(!log_upgrade::has_old_rows(&mut other).await.unwrap(), "and none is left");
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_written_affects_no_other() {
        let (_folder, store) = open().await;
        for id in ["a", "a", "b"] {
            store.record(Activity::example(id)).await;
        }
        assert_eq!(ids(&store).await, ["b", "a"], "the second row with the same id is refused alone");
    }
}

//! The only writer of the request log: batches of rows and work on the log, each in a transaction, on a separate thread, so
//! that it never slows a change. A row or a piece of work that fails or panics costs no other.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::LocalBoxFuture;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::database_file::{DatabaseFile, flag_damaged_log};
use crate::error::is_damage;
use crate::folder_lock::FolderLock;
use crate::health::Health;
use crate::task::{catch_panic, spawn_supervised_thread};
use crate::writer::begin;
use crate::{Activity, Clock, Error, StoreEvent, activity_rows};

/// How many exchanges share one transaction at most.
const BATCH: usize = 256;

/// Work on the log besides recording, in a separate transaction.
type Work = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> LocalBoxFuture<'c, ()> + Send>;

enum Message {
    Record(Box<Activity>),
    Work(Work),
    Close(oneshot::Sender<()>),
}

/// What the recorder needs besides the rows.
struct Surroundings {
    folder: PathBuf,
    health: Health,
    clock: Clock,
    lock: FolderLock,
}

/// The handle through which the log is written.
pub(crate) struct Recorder {
    messages: mpsc::Sender<Message>,
    forgotten: Forgotten,
}

/// The connections of which nothing is recorded any more.
type Forgotten = Arc<Mutex<HashSet<String>>>;

impl Recorder {
    pub(crate) fn start(
        conn: SqliteConnection,
        folder: PathBuf,
        health: Health,
        clock: Clock,
        notices: broadcast::Sender<StoreEvent>,
        lock: FolderLock,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(4096);
        let forgotten = Forgotten::default();
        let ignored = forgotten.clone();
        spawn_supervised_thread("recorder", move || {
            run(conn, Surroundings { folder, health, clock, lock }, receiver, notices, ignored)
        });
        Self { messages: sender, forgotten }
    }

    /// Does `work` in a transaction behind everything that was handed in before. An `Err` undoes all of it.
    pub(crate) async fn work<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> AsyncFnOnce(&'c mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |conn| {
            Box::pin(async move {
                // The caller may have been dropped.
                drop(answer.send(in_transaction(conn, work).await));
            })
        });
        self.messages.send(Message::Work(work)).await.map_err(|_closed| Error::Closed)?;
        answered.await.unwrap_or(Err(Error::Closed))
    }

    /// From now on nothing is recorded of a connection, also of requests under way; what is stored already is removed by
    /// [`Recorder::work`].
    pub(crate) fn ignore_connection(&self, connection_id: &str) {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner).insert(connection_id.to_owned());
    }

    /// Hands an exchange over. Waits only when the log is 4,096 exchanges behind.
    pub(crate) async fn record(&self, activity: Activity) {
        // A closed store has nothing left to show it to.
        drop(self.messages.send(Message::Record(Box::new(activity))).await);
    }

    pub(crate) async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.messages.send(Message::Close(done)).await.is_ok() {
            drop(is_done.await);
        }
    }
}

async fn run(
    mut conn: SqliteConnection,
    around: Surroundings,
    mut messages: mpsc::Receiver<Message>,
    notices: broadcast::Sender<StoreEvent>,
    forgotten: Forgotten,
) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut closing = None;
    while closing.is_none() && messages.recv_many(&mut batch, BATCH).await > 0 {
        let mut rows = Vec::with_capacity(batch.len());
        let mut works = Vec::new();
        for message in batch.drain(..) {
            match message {
                Message::Record(activity) => rows.push(*activity),
                Message::Work(work) => works.push(work),
                Message::Close(done) => closing = Some(done),
            }
        }
        if !rows.is_empty() {
            let forgotten = forgotten.lock().unwrap_or_else(PoisonError::into_inner);
            rows.retain(|row: &Activity| !forgotten.contains(&row.connection_id));
        }
        if around.health.is_scarce() {
            // What is left of the disk is for changes, and for the fact that a request was made.
            for row in &mut rows {
                (row.request_body, row.response_body) = (None, None);
            }
        }
        write_rows(&mut conn, &around, &rows, &notices).await;
        for work in works {
            work(&mut conn).await;
        }
    }
    drop(conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await);
    drop(conn.close().await);
    // Before the close is answered: who closes a store may open the folder again at once.
    drop(around.lock);
    if let Some(done) = closing {
        let _no_receiver = done.send(());
    }
}

/// Writes rows together; when that fails, each by itself, so that one that cannot be written costs no other.
async fn write_rows(
    conn: &mut SqliteConnection,
    around: &Surroundings,
    rows: &[Activity],
    notices: &broadcast::Sender<StoreEvent>,
) {
    if rows.is_empty() {
        return;
    }
    let mut written: Vec<&Activity> = rows.iter().collect();
    if record(conn, rows).await.is_err() {
        written.clear();
        for row in rows {
            match record(conn, std::slice::from_ref(row)).await {
                Ok(()) => written.push(row),
                // The exchange happened and was answered; only its row is missing.
                Err(error) => {
                    tracing::error!(row.id, %error, "a row of the request log could not be written");
                    around.health.failed(DatabaseFile::Activity, around.clock.now(), &error.to_string());
                    if let Error::Sql(error) = &error
                        && is_damage(error)
                    {
                        flag_damaged_log(&around.folder);
                    }
                }
            }
        }
    }
    if !written.is_empty() {
        around.health.succeeded(DatabaseFile::Activity);
    }
    for row in written {
        let (connection_id, id) = (row.connection_id.clone(), row.id.clone());
        // No listener is fine.
        drop(notices.send(StoreEvent::Activity { connection_id, id }));
    }
}

async fn record(conn: &mut SqliteConnection, rows: &[Activity]) -> Result<(), Error> {
    in_transaction(conn, async |conn| {
        for activity in rows {
            activity_rows::insert(conn, activity).await?;
        }
        Ok(())
    })
    .await
}

/// Commits what `work` does, or nothing of it: after an error, a panic included, all of it is rolled back.
async fn in_transaction<T>(
    conn: &mut SqliteConnection,
    work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    begin(conn, "BEGIN IMMEDIATE").await?;
    let written = match catch_panic("request log", work(&mut *conn)).await.flatten() {
        Ok(done) => conn.execute("COMMIT").await.map(|_| done).map_err(Error::from),
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
    use jiff::Timestamp;

    use super::*;
    use crate::{ActivityResult, Clock, Ids, Store};

    fn exchange(id: &str) -> Activity {
        Activity {
            id: id.to_owned(),
            at: Timestamp::UNIX_EPOCH,
            connection_id: "one".to_owned(),
            token_id: None,
            method: "GET".to_owned(),
            path: "/Users".to_owned(),
            status: 200,
            result: ActivityResult::Ok,
            reason: None,
            sentence: "Listed people".to_owned(),
            resource_type: None,
            resource_id: None,
            duration_us: 1,
            source_ip: None,
            secure: false,
            user_agent: None,
            notes: Vec::new(),
            request_body: None,
            response_body: None,
            evidence: Vec::new(),
        }
    }

    async fn open() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let store = Store::open(folder.path(), clock, Ids::random()).await.unwrap();
        (folder, store)
    }

    async fn ids(store: &Store) -> Vec<String> {
        // Work is done behind the rows that were handed in before it.
        let passed: Result<(), Error> = store.recorder().work(async move |_| Ok(())).await;
        assert!(passed.is_ok(), "the recorder works: {passed:?}");
        let written = store.activities("one", 10).await.unwrap_or_default();
        written.into_iter().map(|activity| activity.id).collect()
    }

    fn panics() -> Error {
        panic!("a defect")
    }

    #[tokio::test]
    async fn a_panic_in_the_log_is_rolled_back_and_the_log_goes_on() {
        let (_folder, store) = open().await;
        store.record(exchange("a")).await;
        let recorder = store.recorder();
        let wiped = recorder.work(async move |conn| {
            sqlx::query("DELETE FROM activity").execute(conn).await?;
            Err::<(), Error>(panics())
        });
        let (wiped, ()) = tokio::join!(wiped, store.record(exchange("b")));
        assert!(matches!(wiped, Err(Error::Defect(_))), "the caller gets the error: {wiped:?}");
        assert_eq!(ids(&store).await, ["b", "a"], "what it did is undone, and others are stored");
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_written_costs_no_other() {
        let (_folder, store) = open().await;
        for id in ["a", "a", "b"] {
            store.record(exchange(id)).await;
        }
        assert_eq!(ids(&store).await, ["b", "a"], "the second row with the same id is refused alone");
    }
}

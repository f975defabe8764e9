//! One writer. Requests that arrive together are committed together: each runs in its own savepoint, and every one
//! is answered only after the commit that made it durable. A request that panics is rolled back alone.

use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{Instrument as _, Span};

use crate::brake::Removal;
use crate::database_file::DatabaseFile;
use crate::folder_lock::FolderLock;
use crate::health::Health;
use crate::memory::Memory;
use crate::rows_read::RowsRead;
use crate::task::{catch_panic, spawn_supervised_thread};
use crate::tx_connection::TxConnection;
use crate::{Clock, Error, Ids, StoreEvent};

/// How many requests share one commit at most. 64 is where the gain flattens on one disk.
const BATCH: usize = 64;

/// The inside of one write: a savepoint on the only writing connection.
pub struct Tx {
    pub(crate) conn: TxConnection,
    now: Timestamp,
    clock: Clock,
    ids: Ids,
    notices: Vec<StoreEvent>,
    pub(crate) member_rows: RowsRead,
    pub(crate) memory: Memory,
    /// The connections whose deletion was decided in this transaction, which is not committed yet.
    pub(crate) leaving: Vec<String>,
    /// What the write that runs takes away, where that may be refused: `brake/decide.rs`.
    pub(crate) removals: Vec<Removal>,
    /// What was held before and the write that runs wants to remain.
    pub(crate) withdrawn: Vec<Removal>,
}

impl Tx {
    /// The inside of all writes on this connection.
    pub(crate) fn new(
        conn: SqliteConnection,
        memory: Memory,
        clock: Clock,
        ids: Ids,
        member_rows: RowsRead,
    ) -> Self {
        let (now, conn) = (clock.now(), TxConnection::new(conn));
        Self {
            conn,
            now,
            clock,
            ids,
            notices: Vec::new(),
            member_rows,
            memory,
            leaving: Vec::new(),
            removals: Vec::new(),
            withdrawn: Vec::new(),
        }
    }

    /// The time of this write.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Draws an id that sorts after the earlier ones.
    pub fn new_id(&self) -> String {
        self.ids.ordered(self.now)
    }

    /// Draws an id that cannot be guessed.
    pub fn new_opaque_id(&self) -> String {
        self.ids.opaque()
    }

    /// Announces after the commit, and only then, that something changed.
    pub fn notify(&mut self, notice: StoreEvent) {
        self.notices.push(notice);
    }

    /// How many events are to be announced after the commit.
    pub(crate) fn noticed(&self) -> usize {
        self.notices.len()
    }

    /// Announces only the first so many of them: the others are of what was undone.
    pub(crate) fn keep_notices(&mut self, count: usize) {
        self.notices.truncate(count);
    }
}

/// How a transaction ended.
#[derive(Clone)]
enum Ended {
    Committed,
    /// Why not.
    NotCommitted(String),
    /// Why it could not be begun: whatever the write failed with is a consequence.
    NotBegun(String),
}

/// Tells one caller how its write ended, once the commit is known.
type Settle = Box<dyn FnOnce(Ended) + Send>;
/// Runs in the transaction and answers whether to keep what it wrote.
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> LocalBoxFuture<'t, (bool, Settle)> + Send>;

/// The handle through which everything is written.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Message>);

enum Message {
    Job(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread that owns the writing connection. What is written need not be `Send`, because it never leaves it.
    pub(crate) fn start(
        tx: Tx,
        notices: broadcast::Sender<StoreEvent>,
        health: Health,
        lock: FolderLock,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(1024);
        spawn_supervised_thread("writer", move || run(tx, receiver, notices, health, lock));
        Self(sender)
    }

    /// Finishes what was queued before, moves the WAL into the database file and closes it. Later writes fail.
    pub(crate) async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.0.send(Message::Close(done)).await.is_ok() {
            drop(is_done.await);
        }
    }

    /// Runs `work` in the writer and returns after its commit. An `Err` of the work undoes all that it wrote.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let span = Span::current();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                // Also a panic while the future is made is one of the work.
                let work = catch_panic("write", async { work(tx).await }).instrument(span.clone());
                let outcome = work.await.unwrap_or_else(|defect| Err(E::from(defect)));
                let succeeded = outcome.is_ok();
                let settle: Settle = Box::new(move |ended| {
                    let result = match (outcome, ended) {
                        (Ok(_), Ended::NotCommitted(why)) | (_, Ended::NotBegun(why)) => {
                            span.in_scope(|| Err(E::from(Error::not_committed(why))))
                        }
                        (outcome, _) => outcome,
                    };
                    // The caller may have been dropped; the write is committed all the same.
                    drop(answer.send(result));
                });
                (succeeded, settle)
            })
        });
        if self.0.send(Message::Job(job)).await.is_err() {
            return Err(E::from(Error::Closed));
        }
        match answered.await {
            Ok(result) => result,
            Err(_writer_gone) => Err(E::from(Error::Closed)),
        }
    }
}

async fn run(
    mut tx: Tx,
    mut jobs: mpsc::Receiver<Message>,
    notices: broadcast::Sender<StoreEvent>,
    health: Health,
    lock: FolderLock,
) {
    let mut closing = None;
    while closing.is_none() {
        let first = match jobs.recv().await {
            Some(Message::Job(first)) => first,
            Some(Message::Close(done)) => {
                closing = Some(done);
                break;
            }
            None => break,
        };
        let mut settles = Vec::new();
        tx.leaving.clear();
        let committed = batch(&mut tx, first, &mut jobs, &mut settles, &mut closing).await;
        match &committed {
            Ok(true) => health.succeeded(DatabaseFile::Workspace),
            Ok(false) => {}
            Err(why) => {
                tx.notices.clear();
                tx.conn.roll_back().await;
                health.failed(DatabaseFile::Workspace, tx.clock.now(), why);
            }
        }
        for notice in tx.notices.drain(..) {
            // No listener is fine.
            drop(notices.send(notice));
        }
        let ended = match committed {
            Ok(_) => Ended::Committed,
            Err(why) => Ended::NotCommitted(why),
        };
        for settle in settles {
            settle(ended.clone());
        }
    }
    tx.conn.close().await;
    // Before the close is answered: who closes a store may open the folder again at once.
    drop(lock);
    if let Some(done) = closing {
        let _no_receiver = done.send(());
    }
}

/// Runs jobs in one transaction and commits it. Answers whether any of them succeeded in a transaction that was committed.
async fn batch(
    tx: &mut Tx,
    first: Job,
    jobs: &mut mpsc::Receiver<Message>,
    settles: &mut Vec<Settle>,
    closing: &mut Option<oneshot::Sender<()>>,
) -> Result<bool, String> {
    let say = |error: sqlx::Error| error.to_string();
    tx.conn.begin_with_next();
    let (mut next, mut wrote) = (Some(first), false);
    while let Some(job) = next.take() {
        let before = (tx.notices.len(), tx.leaving.len());
        // Each write of a batch has its own time: the batch may have begun earlier.
        tx.now = tx.clock.now();
        let (keep, settle) = job(tx).await;
        if let Some(why) = tx.conn.not_begun().map(str::to_owned) {
            settle(Ended::NotBegun(why.clone()));
            return Err(why);
        }
        settles.push(settle);
        wrote |= keep;
        if settles.len() < BATCH {
            next = match jobs.try_recv() {
                Ok(Message::Job(job)) => Some(job),
                Ok(Message::Close(done)) => {
                    *closing = Some(done);
                    None
                }
                Err(_empty) => None,
            };
        }
        if !keep {
            tx.notices.truncate(before.0);
            tx.leaving.truncate(before.1);
            // Fails when SQLite rolled back the whole transaction (disk full, I/O error): then all of it fails.
            tx.conn.undo_write().await.map_err(say)?;
        } else if next.is_some() {
            tx.conn.next_write();
        }
    }
    if !tx.conn.is_open() {
        // No statement ran: nothing shows that writing works.
        return Ok(false);
    }
    let prepared = tx.memory.prepare(&mut tx.conn).await.map_err(say)?;
    let committed = tx.conn.commit().await;
    tx.memory.settle(prepared, committed.is_ok());
    committed.map(|()| wrote).map_err(say)
}

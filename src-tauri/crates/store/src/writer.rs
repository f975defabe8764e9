//! One writer. Requests that arrive together are committed together: each runs in its own savepoint, or with others of its
//! kind in common statements, and every one is answered only after the commit that made it durable. A request that panics is
//! rolled back alone.

use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, oneshot};

use crate::batch_sizes::{BATCH, BatchSizes};
use crate::database_file::DatabaseFile;
use crate::folder_lock::FolderLock;
use crate::health::Health;
use crate::task::{catch_panic, spawn_supervised_thread};
use crate::tx::Tx;
use crate::write_job::{Caller, Completion, Ended, Job, JointOutcome, Write, WriteOutcome};
use crate::write_queue::{Message, Queue};
use crate::{Error, StoreEvent};

/// The handle through which everything is written.
#[derive(Clone)]
pub(crate) struct Writer {
    messages: mpsc::Sender<Message>,
    sizes: Arc<BatchSizes>,
}

impl Writer {
    /// Starts the thread that owns the writing connection. What is written need not be `Send`, because it never leaves it.
    pub(crate) fn start(
        tx: Tx,
        notices: broadcast::Sender<StoreEvent>,
        health: Health,
        lock: FolderLock,
    ) -> Self {
        let (messages, receiver) = mpsc::channel(1024);
        let sizes = Arc::<BatchSizes>::default();
        let counted = Arc::clone(&sizes);
        spawn_supervised_thread("writer", move || {
            run(tx, Queue::new(receiver), notices, health, lock, counted)
        });
        Self { messages, sizes }
    }

    /// How many writes wait to be taken into a batch.
    pub(crate) fn waiting(&self) -> usize {
        self.messages.max_capacity().saturating_sub(self.messages.capacity())
    }

    /// How many batches were committed, by their number of writes.
    pub(crate) fn batches(&self) -> Vec<u64> {
        self.sizes.all()
    }

    /// Finishes what was queued before, moves the WAL into the database file and closes it. Later writes fail.
    pub(crate) async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.messages.send(Message::Close(done)).await.is_ok() {
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
        let (caller, answered) = Caller::new();
        self.send(Write::Single(caller.job(work)), answered).await
    }

    /// Does a write and returns what its caller receives.
    pub(crate) async fn send<T, E: From<Error>>(
        &self,
        write: Write,
        answered: oneshot::Receiver<Result<T, E>>,
    ) -> Result<T, E> {
        if self.messages.send(Message::Write(write)).await.is_err() {
            return Err(E::from(Error::Closed));
        }
        match answered.await {
            Ok(result) => result,
            // A panic in the batch: its transaction is rolled back, and the next one is written.
            Err(_dropped) if !self.messages.is_closed() => Err(E::from(Error::Defect("batch of writes"))),
            Err(_writer_gone) => Err(E::from(Error::Closed)),
        }
    }
}

async fn run(
    mut tx: Tx,
    mut queue: Queue,
    notices: broadcast::Sender<StoreEvent>,
    health: Health,
    lock: FolderLock,
    sizes: Arc<BatchSizes>,
) {
    let mut expected = 0;
    while queue.has_next().await {
        queue.gather(expected);
        let mut completions = Vec::new();
        tx.leaving.clear();
        tx.pausing.clear();
        let rows_before = match health.failure(DatabaseFile::Workspace) {
            Some(_) => tx.conn.changed_rows().await,
            None => None,
        };
        let committed = batch(&mut tx, &mut queue, &mut completions).await;
        match &committed {
            Ok(true) => {
                sizes.count(completions.len());
                // A transaction that changed no row reached no disk: it does not show that writing works again.
                if rows_before.is_none() || tx.conn.changed_rows().await > rows_before {
                    health.succeeded(DatabaseFile::Workspace);
                }
            }
            Ok(false) => {}
            Err(failure) => {
                tx.notices.clear();
                tx.conn.roll_back().await;
                if let Failure::Database(why) = failure {
                    health.failed(DatabaseFile::Workspace, tx.clock.now(), why);
                }
            }
        }
        for notice in tx.notices.drain(..) {
            // No listener is fine.
            drop(notices.send(notice));
        }
        let ended = match committed {
            // Where every write was refused, each caller receives its own refusal.
            Ok(_) => Ended::Committed,
            Err(Failure::Database(why) | Failure::Defect(why)) => Ended::NotCommitted(why),
        };
        // Those who wait already, and those who are answered now. Nothing waits for a client that writes alone.
        expected = if completions.len() > 1 { queue.count() + completions.len() } else { 0 };
        for complete in completions {
            complete(ended.clone());
        }
    }
    tx.conn.close().await;
    // Before the close is answered: who closes a store may open the folder again at once.
    drop(lock);
    if let Some(done) = queue.closing {
        let _no_receiver = done.send(());
    }
}

/// Why nothing of a batch is committed.
enum Failure {
    /// The database refuses.
    Database(String),
    /// A panic, which shows nothing of the database.
    Defect(String),
}

/// Does what waits in one transaction, and commits it unless every write was refused. Answers whether any of it succeeded in a
/// transaction that was committed.
async fn batch(tx: &mut Tx, queue: &mut Queue, completions: &mut Vec<Completion>) -> Result<bool, Failure> {
    tx.conn.begin_with_next();
    let mut wrote = false;
    while completions.len() < BATCH {
        queue.fill(BATCH - completions.len());
        let Some(next) = queue.waiting.pop_front() else { break };
        // Each write of a batch has its own time: the batch may have begun earlier.
        tx.now = tx.clock.now();
        wrote |= match next {
            Write::Single(job) => single(tx, job, completions).await?,
            Write::Joint(first) => {
                let others = queue.others(&*first);
                // What a panic has written of them is unknown: the transaction is over.
                let outcome = catch_panic("batch of writes", first.run(others, tx)).await;
                joint(tx, outcome.map_err(|defect| Failure::Defect(defect.to_string()))?, queue, completions)
                    .await?
            }
        };
    }
    if !tx.conn.is_open() {
        // No statement ran: nothing shows that writing works.
        return Ok(false);
    }
    if !wrote {
        // SQLite would write the pages that refused writes had changed, for which a full disk has no room.
        tx.conn.discard().await.map_err(|error| Failure::Database(error.to_string()))?;
        return Ok(false);
    }
    let prepared =
        tx.memory.prepare(&mut tx.conn).await.map_err(|error| Failure::Database(error.to_string()))?;
    let committed = tx.conn.commit().await;
    tx.memory.settle(prepared, committed.is_ok());
    committed.map(|()| true).map_err(|error| Failure::Database(error.to_string()))
}

/// Does a write by itself. Answers whether it succeeded.
async fn single(tx: &mut Tx, job: Job, completions: &mut Vec<Completion>) -> Result<bool, Failure> {
    let before = (tx.notices.len(), tx.leaving.len(), tx.pausing.len());
    let done = catch_panic("batch of writes", job(tx)).await;
    let (keep, complete) = done.map_err(|defect| Failure::Defect(defect.to_string()))?;
    if let Some(why) = tx.conn.not_begun().map(str::to_owned) {
        complete(Ended::NotCommitted(why.clone()));
        return Err(Failure::Database(why));
    }
    completions.push(complete);
    if keep {
        tx.conn.next_write();
    } else {
        tx.notices.truncate(before.0);
        tx.leaving.truncate(before.1);
        tx.pausing.truncate(before.2);
        // Fails when SQLite rolled back the whole transaction (disk full, I/O error): then all of it fails.
        tx.undo().await.map_err(Failure::Database)?;
    }
    Ok(keep)
}

/// Ends writes that were done together, and does those by themselves that have to be. Answers whether any succeeded.
async fn joint(
    tx: &mut Tx,
    outcome: JointOutcome,
    queue: &mut Queue,
    completions: &mut Vec<Completion>,
) -> Result<bool, Failure> {
    let JointOutcome { outcomes, failure } = outcome;
    let (mut wrote, mut failed) = (false, failure.map(Failure::Database));
    let mut left = Vec::new();
    for one in outcomes {
        match one {
            WriteOutcome::Written(complete) => {
                wrote = true;
                completions.push(complete);
            }
            WriteOutcome::Refused(complete) => completions.push(complete),
            WriteOutcome::Single(job) if failed.is_none() => {
                tx.now = tx.clock.now();
                match single(tx, job, completions).await {
                    Ok(succeeded) => wrote |= succeeded,
                    Err(why) => failed = Some(why),
                }
            }
            // The transaction is over: in the next one.
            WriteOutcome::Single(job) => left.push(Write::Single(job)),
        }
    }
    left.into_iter().rev().for_each(|write| queue.waiting.push_front(write));
    failed.map_or(Ok(wrote), Err)
}

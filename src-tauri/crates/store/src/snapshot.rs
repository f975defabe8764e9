//! A snapshot of the workspace that several statements read. It is held for a limited time, and few are held at once: each
//! occupies a database connection, and keeps the write-ahead log from being moved into the file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Sqlite, Transaction};
use tokio::time::Instant;

use crate::read_permits::SnapshotPermit;
use crate::{Error, Scope, Store};

/// How long a snapshot is held, also for a client that does not take what was read.
const HELD: Duration = Duration::from_secs(2);

/// A snapshot of the workspace.
pub(crate) struct Snapshot {
    held: Arc<Mutex<Option<Held>>>,
    until: Instant,
}

struct Held {
    transaction: Transaction<'static, Sqlite>,
    _permit: SnapshotPermit,
}

impl Store {
    /// The workspace as it is at the first statement, to be read for the scope's connection.
    pub(crate) async fn snapshot(&self, scope: &Scope) -> Result<Snapshot, Error> {
        let permit = self.0.read_permits.take_snapshot(scope.connection_id()).await?;
        let transaction = self.readers().begin().await?;
        let held = Arc::new(Mutex::new(Some(Held { transaction, _permit: permit })));
        let until = Instant::now() + HELD;
        let ending = Arc::downgrade(&held);
        tokio::spawn(async move {
            tokio::time::sleep_until(until).await;
            if let Some(held) = ending.upgrade() {
                drop(lock(&held).take());
            }
        });
        Ok(Snapshot { held, until })
    }
}

impl Snapshot {
    /// Reads from the snapshot; `None` when its time is over. The reading itself may take longer.
    pub(crate) async fn read<T>(
        &self,
        read: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let held = lock(&self.held).take();
        let Some(mut held) = held.filter(|_| Instant::now() < self.until) else { return Ok(None) };
        let found = read(&mut held.transaction).await?;
        let mut place = lock(&self.held);
        // Compared under the lock: the task that ends the snapshot has not looked yet, and finds what is put back.
        if Instant::now() < self.until {
            *place = Some(held);
        }
        Ok(Some(found))
    }
}

fn lock(held: &Mutex<Option<Held>>) -> MutexGuard<'_, Option<Held>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

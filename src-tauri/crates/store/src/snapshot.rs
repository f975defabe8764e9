//! A moment of the workspace that several statements read. It is held for a limited time, and few are held at once: each
//! occupies a database connection, and keeps the write-ahead log from being moved into the file.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Sqlite, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::{Error, Store};

/// How long a moment is held, also for a client that does not take what was read.
const HELD: Duration = Duration::from_secs(2);

/// A moment of the workspace.
pub(crate) struct Snapshot {
    held: Arc<Mutex<Option<Held>>>,
    until: Instant,
}

struct Held {
    moment: Transaction<'static, Sqlite>,
    _permit: OwnedSemaphorePermit,
}

impl Store {
    /// The present moment.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Error> {
        let permit = self.0.read_permits.take_snapshot().await?;
        let moment = self.readers().begin().await?;
        let held = Arc::new(Mutex::new(Some(Held { moment, _permit: permit })));
        let until = Instant::now() + HELD;
        let ending = Arc::downgrade(&held);
        tokio::spawn(async move {
            tokio::time::sleep_until(until).await;
            if let Some(held) = ending.upgrade() {
                drop(held.lock().unwrap_or_else(PoisonError::into_inner).take());
            }
        });
        Ok(Snapshot { held, until })
    }
}

impl Snapshot {
    /// Reads from the moment; `None` when it is over. The reading itself may take longer.
    pub(crate) async fn read<T>(
        &self,
        read: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut held) = held.filter(|_| Instant::now() < self.until) else { return Ok(None) };
        let found = read(&mut held.moment).await?;
        if Instant::now() < self.until {
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        }
        Ok(Some(found))
    }
}

//! Permits to read, so that one connection's searches and large groups leave room for the others'.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// How many database connections read the workspace at once.
pub(crate) const READERS: u32 = 4;
/// How many snapshots of the workspace are held at once, each on a database connection beside those.
pub(crate) const SNAPSHOTS: u32 = 3;
/// How many permits of each kind a connection has at once.
const PERMITS: usize = 2;

/// The permits of all connections.
#[derive(Debug)]
pub(crate) struct ReadPermits {
    reads: Permits,
    snapshots: Permits,
    all_snapshots: Arc<Semaphore>,
    /// How many wait for a permit.
    waiting: AtomicUsize,
}

/// The permit to hold a snapshot: of its connection, and of all.
pub(crate) type SnapshotPermit = [OwnedSemaphorePermit; 2];

/// The permits of each connection that some request waits for or has.
#[derive(Debug, Default)]
struct Permits(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Default for ReadPermits {
    fn default() -> Self {
        Self {
            reads: Permits::default(),
            snapshots: Permits::default(),
            all_snapshots: Arc::new(Semaphore::new(SNAPSHOTS as usize)),
            waiting: AtomicUsize::new(0),
        }
    }
}

impl ReadPermits {
    /// To read for a connection.
    pub(crate) async fn take(&self, connection_id: &str) -> Result<OwnedSemaphorePermit, Error> {
        acquire(self.reads.of(connection_id), &self.waiting).await
    }

    /// To hold a snapshot for a connection. However many of one connection wait, at most [`PERMITS`] of them are ahead of
    /// those of another one.
    pub(crate) async fn take_snapshot(&self, connection_id: &str) -> Result<SnapshotPermit, Error> {
        let own = acquire(self.snapshots.of(connection_id), &self.waiting).await?;
        let of_all = acquire(self.all_snapshots.clone(), &self.waiting).await?;
        Ok([own, of_all])
    }

    /// How many wait for a permit of either kind.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Permits {
    /// Those of one connection.
    fn of(&self, connection_id: &str) -> Arc<Semaphore> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, permits| Arc::strong_count(permits) > 1);
        all.entry(connection_id.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(PERMITS))).clone()
    }
}

/// Takes a permit. Where there is none, it is counted among those who wait until it has one or is dropped.
async fn acquire(permits: Arc<Semaphore>, waiting: &AtomicUsize) -> Result<OwnedSemaphorePermit, Error> {
    if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
        return Ok(permit);
    }
    let _waits = Waits::begin(waiting);
    permits.acquire_owned().await.map_err(|_closed| Error::Closed)
}

/// One who waits.
struct Waits<'w>(&'w AtomicUsize);

impl<'w> Waits<'w> {
    fn begin(waiting: &'w AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_connection_has_two_permits_and_another_one_has_its_own() {
        let permits = ReadPermits::default();
        let first = permits.take("a").await.unwrap();
        let _second = permits.take("a").await.unwrap();
        {
            let mut third = Box::pin(permits.take("a"));
            let waits = tokio::time::timeout(Duration::from_millis(20), &mut third).await;
            assert!(waits.is_err(), "a third one waits");
            assert_eq!(permits.waiting(), 1, "and is counted");
        }
        assert_eq!(permits.waiting(), 0, "one that is dropped does not wait");
        drop(permits.take("b").await.unwrap());
        drop(first);
        drop(permits.take("a").await.unwrap());
        assert_eq!(
            permits.reads.0.lock().unwrap().len(),
            1,
            "a connection without a permit in use is removed"
        );
    }
}

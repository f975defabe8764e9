//! Permits to read, so that one connection's searches leave room for the others'.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// How many connections read the workspace at once.
pub(crate) const READERS: u32 = 4;
/// How many moments of the workspace are held at once, each with a connection of its own beside those.
pub(crate) const SNAPSHOTS: u32 = 2;
/// How many permits a connection has at once.
const PERMITS: usize = 2;

/// The permits of each connection that some request waits for or has.
#[derive(Debug)]
pub(crate) struct ReadPermits {
    connections: Mutex<HashMap<String, Arc<Semaphore>>>,
    snapshots: Arc<Semaphore>,
}

impl Default for ReadPermits {
    fn default() -> Self {
        Self { connections: Mutex::default(), snapshots: Arc::new(Semaphore::new(SNAPSHOTS as usize)) }
    }
}

impl ReadPermits {
    /// To hold a moment of the workspace.
    pub(crate) async fn take_snapshot(&self) -> Result<OwnedSemaphorePermit, Error> {
        self.snapshots.clone().acquire_owned().await.map_err(|_closed| Error::Closed)
    }

    /// To read for a connection.
    pub(crate) async fn take(&self, connection_id: &str) -> Result<OwnedSemaphorePermit, Error> {
        let permits = {
            let mut all = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, permits| Arc::strong_count(permits) > 1);
            all.entry(connection_id.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(PERMITS))).clone()
        };
        permits.acquire_owned().await.map_err(|_closed| Error::Closed)
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
        let waits = tokio::time::timeout(Duration::from_millis(20), permits.take("a")).await;
        assert!(waits.is_err(), "a third one waits");
        drop(permits.take("b").await.unwrap());
        drop(first);
        drop(permits.take("a").await.unwrap());
        assert_eq!(
            permits.connections.lock().unwrap().len(),
            1,
            "a connection without a permit in use is removed"
        );
    }
}

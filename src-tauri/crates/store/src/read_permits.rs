//! Permits to read, so that one connection's searches leave room for the others'.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// How many connections read the workspace at once.
pub(crate) const READERS: u32 = 4;
/// How many permits a connection has at once.
const PERMITS: usize = 2;

/// The permits of each connection that some request waits for or has.
#[derive(Debug, Default)]
pub(crate) struct ReadPermits(Mutex<HashMap<String, Arc<Semaphore>>>);

impl ReadPermits {
    pub(crate) async fn take(&self, connection_id: &str) -> Result<OwnedSemaphorePermit, Error> {
        let permits = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        assert_eq!(permits.0.lock().unwrap().len(), 1, "a connection without a permit in use is removed");
    }
}

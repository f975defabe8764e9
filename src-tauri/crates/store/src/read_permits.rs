//! Permits to read, so that one connection's searches leave room for the others'.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;

/// How many connections read the workspace at once.
pub(crate) const READERS: u32 = 4;
/// How many turns a connection has at once.
const TURNS: usize = 2;

/// The turns of each connection that some request waits for or has.
#[derive(Debug, Default)]
pub(crate) struct ReadPermits(Mutex<HashMap<String, Arc<Semaphore>>>);

impl ReadPermits {
    pub(crate) async fn take(&self, connection_id: &str) -> Result<OwnedSemaphorePermit, Error> {
        let turns = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, turns| Arc::strong_count(turns) > 1);
            all.entry(connection_id.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(TURNS))).clone()
        };
        turns.acquire_owned().await.map_err(|_closed| Error::Closed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_connection_has_two_turns_and_another_one_has_its_own() {
        let turns = ReadPermits::default();
        let first = turns.take("a").await.unwrap();
        let _second = turns.take("a").await.unwrap();
        let waits = tokio::time::timeout(Duration::from_millis(20), turns.take("a")).await;
        assert!(waits.is_err(), "a third one waits");
        drop(turns.take("b").await.unwrap());
        drop(first);
        drop(turns.take("a").await.unwrap());
        assert_eq!(turns.0.lock().unwrap().len(), 1, "a connection without a turn is removed");
    }
}

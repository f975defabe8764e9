//! How busy the store is, for the metrics.

use crate::Store;

/// The store at this moment, and its commits since it was opened.
#[derive(Clone, Debug)]
pub struct StoreMetrics {
    /// How many transactions were committed with n writes in them, at place n; 64 at most.
    pub batches: Vec<u64>,
    /// How many writes wait for the transaction after the one that is under way.
    pub waiting_writes: usize,
    /// How many reads wait: for a permit of their connection, or for the connection to the database that reads single people.
    pub waiting_reads: usize,
    /// How many kibibytes of exchanges wait to be written to the log.
    pub log_queue_kib: usize,
    /// How many exchanges wait that found the log without room, and have no bodies.
    pub log_queue_reserve: usize,
}

impl Store {
    /// How busy the store is.
    pub fn metrics(&self) -> StoreMetrics {
        let (log_queue_kib, log_queue_reserve) = self.0.recorder.waiting();
        StoreMetrics {
            batches: self.0.writer.batches(),
            waiting_writes: self.0.writer.waiting(),
            waiting_reads: self.0.read_permits.waiting() + self.0.lookups.waiting_reads(),
            log_queue_kib,
            log_queue_reserve,
        }
    }
}

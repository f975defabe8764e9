//! How many writes shared a commit, for the metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many requests share one commit at most. 64 is where the gain flattens on one disk.
pub(crate) const BATCH: usize = 64;

/// How many batches were committed of each size: a commit costs one atomic addition.
pub(crate) struct BatchSizes([AtomicU64; BATCH + 1]);

impl Default for BatchSizes {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; BATCH + 1])
    }
}

impl BatchSizes {
    /// A batch of this many writes was committed.
    pub(crate) fn count(&self, writes: usize) {
        self.0[writes.min(BATCH)].fetch_add(1, Ordering::Relaxed);
    }

    /// How many batches there were; the place is the number of writes.
    pub(crate) fn all(&self) -> Vec<u64> {
        self.0.iter().map(|batches| batches.load(Ordering::Relaxed)).collect()
    }
}

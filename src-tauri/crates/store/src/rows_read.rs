//! A count of the rows of membership that were read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many rows of the member table were handed out since the store was opened. That large groups are not
/// read by the way is shown by this count, which no clock can blur.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowsRead(Arc<AtomicU64>);

impl RowsRead {
    pub(crate) fn count<T>(&self, rows: Vec<T>) -> Vec<T> {
        self.add(rows.len() as u64);
        rows
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, rows: u64) {
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}

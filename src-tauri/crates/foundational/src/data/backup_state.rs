//! The backup under way, and how the last one ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One backup or restore at a time, and why the last one could not be made.
#[derive(Default)]
pub(crate) struct BackupState {
    pub(crate) one: tokio::sync::Mutex<()>,
    problem: Mutex<Option<String>>,
}

impl BackupState {
    pub(crate) fn problem(&self) -> MutexGuard<'_, Option<String>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the last try failed.
    pub(crate) fn failing(&self) -> Option<String> {
        self.problem().clone()
    }
}

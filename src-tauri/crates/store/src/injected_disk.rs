//! The free space that a test injects for a data folder, so that no disk has to be filled. A release build has no part of this.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static INJECTED: Mutex<BTreeMap<PathBuf, u64>> = Mutex::new(BTreeMap::new());

/// From now on so many bytes are free for this folder. `None`: as many as the system says.
pub fn inject(folder: &Path, free: Option<u64>) {
    match free {
        Some(free) => injected().insert(folder.to_owned(), free),
        None => injected().remove(folder),
    };
}

/// What is injected for this folder.
pub(crate) fn free(folder: &Path) -> Option<u64> {
    injected().get(folder).copied()
}

fn injected() -> MutexGuard<'static, BTreeMap<PathBuf, u64>> {
    INJECTED.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The lock of a data folder, so that one process at a time writes in it.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::{Error, private_file};

/// The lock of a data folder. Each writer in the folder has a clone; it is released when the last one is dropped.
#[derive(Clone, Debug)]
pub(crate) struct FolderLock {
    _file: Arc<File>,
}

/// Creates the folder (mode 0700) if need be and takes its lock.
///
/// # Errors
/// [`Error::FolderInUse`] when another process has it, [`Error::NotWritable`] when the system refuses.
pub(crate) fn lock(folder: &Path) -> Result<FolderLock, Error> {
    let refuse = |source| Error::NotWritable { folder: folder.to_owned(), source };
    private_file::create_folder(folder).map_err(refuse)?;
    private_file::set_mode(folder, 0o700).map_err(refuse)?;
    let mut file = private_file::open(&folder.join("lock")).map_err(refuse)?;
    match try_lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            drop(file.read_to_string(&mut by));
            let by = Some(by.trim().to_owned()).filter(|pid| !pid.is_empty());
            return Err(Error::FolderInUse { folder: folder.to_owned(), by });
        }
        Err(TryLockError::Error(source)) => return Err(refuse(source)),
    }
    let write_pid = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        file.flush()
    };
    write_pid(&mut file).map_err(refuse)?;
    Ok(FolderLock { _file: Arc::new(file) })
}

/// How often the lock is tried, and how long the pause between is: another process that calls [`is_held`] has it for a moment.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(5);

fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            done => return done,
        }
    }
    file.try_lock()
}

/// Whether a process uses this data folder at this moment. Nothing is created or changed there.
pub fn is_held(folder: &Path) -> bool {
    File::open(folder.join("lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_question_at_the_moment_of_a_start_does_not_refuse_the_start() {
        let folder = tempfile::tempdir().unwrap();
        drop(lock(folder.path()).unwrap());
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    is_held(folder.path());
                }
            });
            let refused: Vec<Error> = (0..200).filter_map(|_| lock(folder.path()).err()).collect();
            ended.store(true, Ordering::Relaxed);
            assert!(refused.is_empty(), "{} of 200 starts are refused: {:?}", refused.len(), refused.first());
        });
        let held = lock(folder.path()).unwrap();
        assert!(is_held(folder.path()), "a process has it");
        assert!(
            matches!(lock(folder.path()), Err(Error::FolderInUse { .. })),
            "and a second start is refused"
        );
        drop(held);
        assert!(!is_held(folder.path()), "it is free again");
    }
}

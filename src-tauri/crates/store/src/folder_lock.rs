//! The lock of a data folder, so that one process at a time writes in it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use crate::Error;
use crate::private_file::set_mode;

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
    fs::create_dir_all(folder).map_err(refuse)?;
    set_mode(folder, 0o700).map_err(refuse)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("lock"))
        .map_err(refuse)?;
    set_mode(&folder.join("lock"), 0o600).map_err(refuse)?;
    match file.try_lock() {
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

/// Whether a process uses this data folder at this moment. Nothing is created or changed there.
pub fn is_held(folder: &Path) -> bool {
    File::open(folder.join("lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

//! Whether what is written is really written: the last failure since the last success, and a reserve of disk space that
//! is given up when the disk is full, so that leavers can still be deactivated and the log can say what happened.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;

use crate::{Error, Store, StoreEvent};

const FILE: &str = "reserve";
/// The reserve on a disk with room: 64 MB. On a small disk it is a sixteenth of what is free, below 1 MB there is none.
const RESERVE: u64 = 64 << 20;
const SHARE: u64 = 16;
const LEAST: u64 = 1 << 20;
/// With less than this free a disk is taken for full.
const FULL: u64 = 256 << 10;
/// A reserve that was given up is laid again when so many times its size is free.
const AGAIN: u64 = 8;

/// Writing fails, and has not succeeded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFailure {
    /// The first failure after the last success.
    pub since: Timestamp,
    /// What SQLite said last.
    pub why: String,
}

/// What was written last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Workspace,
    Log,
}

#[derive(Debug, Default)]
struct State {
    workspace: Option<WriteFailure>,
    log: Option<WriteFailure>,
    /// The size of the reserve that was given up.
    given_up: Option<u64>,
}

/// Shared by the writers and the store.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    folder: PathBuf,
    state: Arc<Mutex<State>>,
    notices: broadcast::Sender<StoreEvent>,
}

impl Health {
    /// Lays the reserve, if the disk has room for it.
    pub(crate) fn new(folder: &Path, notices: broadcast::Sender<StoreEvent>) -> Self {
        let path = folder.join(FILE);
        let size = free(folder).map_or(0, |free| (free / SHARE).min(RESERVE));
        let mut state = State::default();
        if path.exists() {
            // Laid by an earlier run.
        } else if size < LEAST {
            state.given_up = free(folder).map(|_| LEAST);
        } else if let Err(error) = lay(&path, size) {
            tracing::warn!(%error, "no disk space could be reserved");
        }
        Self { folder: folder.to_owned(), state: Arc::new(Mutex::new(state)), notices }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn succeeded(&self, what: Written) {
        if self.place(what, |place| place.take().is_some()) {
            self.tell();
        }
    }

    pub(crate) fn failed(&self, what: Written, at: Timestamp, why: &str) {
        let full = free(&self.folder).is_some_and(|free| free <= FULL);
        let why = if full { format!("the disk is full ({why})") } else { why.to_owned() };
        let is_new = self.place(what, |place| {
            let since = place.as_ref().map_or(at, |stopped| stopped.since);
            place.replace(WriteFailure { since, why }).is_none()
        });
        let gave_up = full && self.give_up();
        if is_new || gave_up {
            self.tell();
        }
    }

    fn place<T>(&self, what: Written, change: impl FnOnce(&mut Option<WriteFailure>) -> T) -> T {
        let mut state = self.state();
        change(match what {
            Written::Workspace => &mut state.workspace,
            Written::Log => &mut state.log,
        })
    }

    fn give_up(&self) -> bool {
        let path = self.folder.join(FILE);
        let Ok(size) = fs::metadata(&path).map(|file| file.len()) else { return false };
        match fs::remove_file(&path) {
            Ok(()) => {
                tracing::error!(bytes = size, "the disk is full; the reserved space is given up");
                self.state().given_up = Some(size);
                true
            }
            Err(error) => {
                tracing::error!(%error, "the disk is full, and the reserved space cannot be given up");
                false
            }
        }
    }

    /// Whether only the reserve that was given up is left.
    pub(crate) fn is_scarce(&self) -> bool {
        self.state().given_up.is_some()
    }

    fn renew(&self) {
        let Some(size) = self.state().given_up else { return };
        if free(&self.folder).is_some_and(|free| free >= AGAIN * size)
            && lay(&self.folder.join(FILE), size).is_ok()
        {
            self.state().given_up = None;
            self.tell();
        }
    }

    fn tell(&self) {
        // Nobody listening is fine.
        drop(self.notices.send(StoreEvent::Health));
    }
}

impl Store {
    /// Why changes of the workspace cannot be written, if that is so since the last try.
    pub fn workspace_write_failure(&self) -> Option<WriteFailure> {
        self.0.health.state().workspace.clone()
    }

    /// Why requests cannot be recorded, if that is so since the last try.
    pub fn log_write_failure(&self) -> Option<WriteFailure> {
        self.0.health.state().log.clone()
    }

    /// Whether the disk was full and the reserved space was given up.
    pub fn is_disk_full(&self) -> bool {
        self.0.health.is_scarce()
    }

    /// Reserves space again once the disk has room.
    pub fn renew_disk_reserve(&self) {
        self.0.health.renew();
    }

    /// Writes something, to find out whether it can.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn test_write(&self) -> Result<(), Error> {
        let now = self.clock().now().to_string();
        self.write(async move |tx| tx.set("health.tried", Some(&now)).await).await
    }
}

/// How many bytes may still be written to the disk that a folder is on, as far as the system says.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Makes a file that really has its space on the disk.
fn lay(path: &Path, size: u64) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    let laid = allocate(&file, size);
    if laid.is_err() {
        drop(fs::remove_file(path));
    }
    laid
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, size).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    file.set_len(size)
}

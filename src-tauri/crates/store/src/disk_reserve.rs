//! A reserve of disk space that is given up when the disk is full, so that leavers can still be deactivated and the log
//! can record what happened.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::private_file::create;

/// The reserve on a disk with room: 64 MB. On a small disk it is a sixteenth of what is free, below 1 MB there is none.
const SIZE: u64 = 64 << 20;
const SHARE: u64 = 16;
const SMALLEST: u64 = 1 << 20;
/// With less than this free a disk counts as full.
const FULL: u64 = 256 << 10;
/// A reserve that was given up is made again when so many times its size is free.
const RENEW_FACTOR: u64 = 8;

/// The reserve of a data folder.
#[derive(Debug)]
pub(crate) struct DiskReserve {
    file: PathBuf,
    /// The size of the reserve that was given up.
    given_up: Option<u64>,
}

impl DiskReserve {
    /// Makes the reserve, if the disk has room for it and an earlier run has not made it.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut reserve = Self { file: folder.join("reserve"), given_up: None };
        let size = free(folder).map_or(0, |free| (free / SHARE).min(SIZE));
        if reserve.file.exists() {
            return reserve;
        }
        if size < SMALLEST {
            reserve.given_up = free(folder).map(|_| SMALLEST);
        } else if let Err(error) = reserve.allocate(size) {
            tracing::warn!(%error, "no disk space could be reserved");
        }
        reserve
    }

    pub(crate) fn is_disk_full(&self) -> bool {
        self.free().is_some_and(|free| free <= FULL)
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.is_some()
    }

    /// Answers whether there was one to give up.
    pub(crate) fn give_up(&mut self) -> bool {
        let Ok(size) = fs::metadata(&self.file).map(|file| file.len()) else { return false };
        match fs::remove_file(&self.file) {
            Ok(()) => {
                tracing::error!(bytes = size, "the disk is full; the reserved space is given up");
                self.given_up = Some(size);
                true
            }
            Err(error) => {
                tracing::error!(%error, "the disk is full, and the reserved space cannot be given up");
                false
            }
        }
    }

    /// Makes it again once the disk has room. Answers whether it did.
    pub(crate) fn renew(&mut self) -> bool {
        let Some(size) = self.given_up else { return false };
        let renewed =
            self.free().is_some_and(|free| free >= RENEW_FACTOR * size) && self.allocate(size).is_ok();
        if renewed {
            self.given_up = None;
        }
        renewed
    }

    /// How many bytes are free on its disk, as far as the system says.
    pub(crate) fn free(&self) -> Option<u64> {
        self.file.parent().and_then(free)
    }

    /// Makes a file that really has its space on the disk.
    fn allocate(&self, size: u64) -> io::Result<()> {
        let allocated = allocate(&create(&self.file)?, size);
        if allocated.is_err() {
            drop(fs::remove_file(&self.file));
        }
        allocated
    }
}

/// How many bytes may still be written to the disk that a folder is on, as far as the system says.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, size).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    file.set_len(size)
}

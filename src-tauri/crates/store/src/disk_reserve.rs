//! A file that occupies space on the disk, and is deleted when others have filled the disk, so that leavers can still be
//! deactivated.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::private_file::create;

/// The reserve on a disk with room: 64 MB. On a small disk it is a sixteenth of what is free, below 1 MB there is none.
const SIZE: u64 = 64 << 20;
const SHARE: u64 = 16;
const SMALLEST: u64 = 1 << 20;
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
    /// Makes the reserve, if the disk has room for it and an earlier run has not made it. `free`: how many bytes are free; `None`
    /// where the system does not say it.
    pub(crate) fn of(folder: &Path, free: Option<u64>) -> Self {
        let mut reserve = Self { file: folder.join("reserve"), given_up: None };
        let size = free.map_or(0, |free| (free / SHARE).min(SIZE));
        if reserve.file.exists() {
            return reserve;
        }
        if size < SMALLEST {
            reserve.given_up = free.map(|_| SMALLEST);
        } else if let Err(error) = reserve.allocate(size) {
            tracing::warn!(%error, "no disk space could be reserved");
        }
        reserve
    }

    /// How many bytes were given up.
    pub(crate) fn given_up(&self) -> u64 {
        self.given_up.unwrap_or(0)
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

    /// Makes it again if it was given up and `free` bytes are enough for it.
    pub(crate) fn renew(&mut self, free: u64) {
        if let Some(size) = self.given_up
            && free >= RENEW_FACTOR * size
            && self.allocate(size).is_ok()
        {
            self.given_up = None;
        }
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

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, size).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn allocate(file: &fs::File, size: u64) -> io::Result<()> {
    file.set_len(size)
}

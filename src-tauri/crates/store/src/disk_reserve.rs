//! A file that occupies space on the disk, and is deleted when others have filled the disk, so that leavers can still be
//! deactivated.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::private_file::{create, open};

/// The reserve on a disk with room: 64 MB. On a small disk it is a sixteenth of what is free, below 1 MB there is none. One that is
/// small because little was free when it was made grows once the disk has room.
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
    /// Makes the reserve, if the disk has room for it and an earlier run has not made it. One without space is none: that run has
    /// ended while it made it. `free`: how many bytes are free; `None` where the system does not say it.
    pub(crate) fn of(folder: &Path, free: Option<u64>) -> Self {
        let mut reserve = Self { file: folder.join("reserve"), given_up: None };
        let size = free.map_or(0, |free| (free / SHARE).min(SIZE));
        if reserve.size() > 0 {
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

    /// Makes it again if it was given up and `free` bytes are enough for it, or makes it as large as on a disk with room if this is
    /// one by now.
    pub(crate) fn renew(&mut self, free: u64) {
        if let Some(size) = self.given_up {
            if free >= RENEW_FACTOR * size && self.allocate(size).is_ok() {
                self.given_up = None;
            }
        } else if free / SHARE >= SIZE
            && (1..SIZE).contains(&self.size())
            && let Err(error) = open(&self.file).and_then(|file| allocate(&file, SIZE))
        {
            tracing::warn!(%error, "the reserved disk space remains small");
        }
    }

    /// How many bytes the file has; 0 where there is none.
    fn size(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |file| file.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with so much free space has a reserve of 2 MB.
    const SMALL: u64 = 32 << 20;

    #[test]
    fn a_reserve_that_was_made_on_a_full_disk_grows_once_the_disk_has_room() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(DiskReserve::of(folder.path(), Some(SMALL)).size(), 2 << 20);
        // After a restart it is the one that is there.
        let mut reserve = DiskReserve::of(folder.path(), Some(SHARE * SIZE));
        assert_eq!(reserve.size(), 2 << 20);
        reserve.renew(SHARE * SIZE - 1);
        assert_eq!(reserve.size(), 2 << 20, "a sixteenth is less than 64 MB");
        reserve.renew(SHARE * SIZE);
        assert_eq!(reserve.size(), SIZE);
        reserve.renew(u64::MAX);
        assert_eq!((reserve.size(), reserve.given_up()), (SIZE, 0), "it is never larger");
    }

    #[test]
    fn a_restart_on_a_full_disk_makes_the_reserve_in_two_steps() {
        let folder = tempfile::tempdir().unwrap();
        let mut reserve = DiskReserve::of(folder.path(), Some(0));
        assert_eq!((reserve.size(), reserve.given_up()), (0, SMALLEST), "it counts as used");
        for (free, size) in [(8 * SMALLEST - 1, 0), (8 * SMALLEST, SMALLEST), (SHARE * SIZE, SIZE)] {
            reserve.renew(free);
            assert_eq!(reserve.size(), size, "{free} bytes are free");
        }
    }

    #[test]
    fn a_file_without_space_is_no_reserve() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("reserve"), "").unwrap();
        assert_eq!(DiskReserve::of(folder.path(), Some(SMALL)).size(), 2 << 20);
    }
}

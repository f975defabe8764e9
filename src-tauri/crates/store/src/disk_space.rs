//! How much space is left on the disk of the data folder, and what gives way while that is little: first the request log, then
//! every change of a client that takes nothing away. What is left then is for leavers.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::disk_reserve::DiskReserve;
#[cfg(debug_assertions)]
use crate::injected_disk;

/// With fewer bytes free, requests are answered and not logged.
pub const LOG_STOPS: u64 = 128_000_000;
/// With fewer bytes free, a change of a client is refused unless it takes something away.
pub const CHANGES_STOP: u64 = 64_000_000;
/// With so few bytes free a disk counts as full.
const FULL: u64 = 1 << 20;
/// How old a measurement may be.
const MEASURED: Duration = Duration::from_secs(1);

/// What gives way while little space is left; each includes what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivesWay {
    Nothing,
    /// Requests are not logged.
    Log,
    /// Changes of clients are refused, except for those that take access, a membership or a group away.
    Changes,
}

impl GivesWay {
    /// What gives way while so many bytes are free.
    pub const fn with(free: u64) -> Self {
        match free {
            LOG_STOPS.. => Self::Nothing,
            CHANGES_STOP.. => Self::Log,
            _ => Self::Changes,
        }
    }
}

/// The disk of a data folder. Clones share what was measured.
#[derive(Clone, Debug)]
pub(crate) struct DiskSpace(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    folder: PathBuf,
    reserve: DiskReserve,
    /// What was free on the disk, and when.
    measured: Option<(Instant, Option<u64>)>,
    /// What gave way at the last look.
    gave_way: GivesWay,
}

impl State {
    /// How many bytes are free on the disk, now.
    fn measure(&mut self) -> Option<u64> {
        let free = free(&self.folder);
        self.measured = Some((Instant::now(), free));
        free
    }

    /// How many bytes are free beside the reserve, which counts as used also where it was given up.
    fn free(&mut self) -> Option<u64> {
        #[cfg(debug_assertions)]
        if let Some(free) = injected_disk::free(&self.folder) {
            return Some(free);
        }
        let free = match self.measured {
            Some((at, free)) if at.elapsed() < MEASURED => free,
            _ => self.measure(),
        };
        free.map(|free| free.saturating_sub(self.reserve.given_up()))
    }

    fn gives_way(&mut self) -> GivesWay {
        self.free().map_or(GivesWay::Nothing, GivesWay::with)
    }
}

impl DiskSpace {
    pub(crate) fn of(folder: &Path) -> Self {
        let reserve = DiskReserve::of(folder, free(folder));
        let (folder, gave_way) = (folder.to_owned(), GivesWay::Nothing);
        Self(Arc::new(Mutex::new(State { folder, reserve, measured: None, gave_way })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes are free beside the reserve, as of a second ago at most; `None` where the system does not say it.
    pub(crate) fn free(&self) -> Option<u64> {
        self.state().free()
    }

    /// What gives way, as of a second ago at most.
    pub(crate) fn gives_way(&self) -> GivesWay {
        self.state().gives_way()
    }

    /// Whether the disk is full now.
    pub(crate) fn is_full(&self) -> bool {
        self.state().measure().is_some_and(|free| free <= FULL)
    }

    /// Gives up the reserve if the disk is full. Answers whether it did.
    pub(crate) fn make_room(&self) -> bool {
        let is_full = self.is_full();
        is_full && self.state().reserve.give_up()
    }

    /// Measures, and makes the reserve again if there is room for it. Answers whether what gives way has changed since the last
    /// look.
    pub(crate) fn look(&self) -> bool {
        let mut state = self.state();
        if let Some(free) = state.measure() {
            state.reserve.renew(free);
        }
        let now = state.gives_way();
        std::mem::replace(&mut state.gave_way, now) != now
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_gives_way_before_changes_do() {
        for (free, gives_way) in [
            (u64::MAX, GivesWay::Nothing),
            (128_000_000, GivesWay::Nothing),
            (127_999_999, GivesWay::Log),
            (64_000_000, GivesWay::Log),
            (63_999_999, GivesWay::Changes),
            (0, GivesWay::Changes),
        ] {
            assert_eq!(GivesWay::with(free), gives_way, "{free} bytes");
        }
    }

    #[test]
    fn the_system_is_asked_once_a_second_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let disk = DiskSpace::of(folder.path());
        assert!(disk.free().is_some(), "the system says it");
        let measured = |disk: &DiskSpace| disk.state().measured.map(|(at, _)| at);
        let first = measured(&disk);
        assert!(first.is_some(), "it was measured");
        // It remains new, however slow this computer is.
        let new = first.map(|at| at + MEASURED * 60);
        disk.state().measured = new.map(|at| (at, Some(CHANGES_STOP - 1)));
        assert_eq!(disk.gives_way(), GivesWay::Changes, "the measurement counts");
        assert_eq!(measured(&disk), new, "and is not repeated");
        disk.state().measured = first.and_then(|at| at.checked_sub(MEASURED)).map(|at| (at, Some(0)));
        assert_ne!(disk.free(), Some(0), "an old one is");
    }
}

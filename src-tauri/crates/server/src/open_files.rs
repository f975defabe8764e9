//! How many files, and so sockets, the system gives this process.

/// Files that are left to the rest of the program: databases, logs, backups, the bridge.
const OTHERS: usize = 128;

/// Raises the limit of open files to what the system allows, and returns how many sockets there can be. `None` where
/// there is no such limit.
#[cfg(unix)]
pub(crate) fn room_for_sockets() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// What macOS takes at most where it calls its limit infinite (`OPEN_MAX`).
    const MACOS_MOST: u64 = 10_240;
    let before = getrlimit(Resource::Nofile);
    let limit = |current| Rlimit { current, maximum: before.maximum };
    let most = before.maximum.map_or(MACOS_MOST, |maximum| maximum.min(MACOS_MOST));
    if before.current != before.maximum
        && setrlimit(Resource::Nofile, limit(before.maximum)).is_err()
        && before.current.is_some_and(|current| current < most)
        && let Err(error) = setrlimit(Resource::Nofile, limit(Some(most)))
    {
        tracing::warn!(%error, limit = before.current, "the limit of open files can't be raised");
    }
    let now = getrlimit(Resource::Nofile).current?;
    Some(usize::try_from(now).unwrap_or(usize::MAX).saturating_sub(OTHERS).max(1))
}

/// Windows gives as many handles as there is memory for.
#[cfg(not(unix))]
pub(crate) const fn room_for_sockets() -> Option<usize> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    use super::*;

    #[test]
    fn the_limit_is_raised_and_leaves_files_for_the_rest() {
        let room = room_for_sockets();
        let limit = getrlimit(Resource::Nofile);
        assert!(limit.current.is_none() || limit.current == limit.maximum, "as high as it goes: {limit:?}");
        let left = limit.current.map(|limit| usize::try_from(limit).unwrap() - room.unwrap());
        assert!(left.is_none_or(|left| left == OTHERS), "the rest has its files: {room:?} of {limit:?}");
        assert_eq!(room_for_sockets(), room, "asking again changes nothing");
    }
}

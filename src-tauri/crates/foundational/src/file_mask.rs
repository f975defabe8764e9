//! The permissions of a file that is created without a mode: the umask of the process. Each file of ours is created with its own
//! mode; the umask is for what a library creates.

#[cfg(unix)]
mod unix {
    use std::sync::OnceLock;

    use rustix::fs::Mode;
    use rustix::process::umask;

    const PRIVATE: Mode = Mode::RWXG.union(Mode::RWXO);
    /// The umask with which the process was started.
    static INHERITED: OnceLock<Mode> = OnceLock::new();

    pub(super) fn make_private() {
        let inherited = umask(PRIVATE);
        INHERITED.get_or_init(|| inherited);
    }

    pub(super) fn with_inherited_umask<T>(act: impl FnOnce() -> T) -> T {
        let Some(inherited) = INHERITED.get() else { return act() };
        umask(*inherited);
        let done = act();
        // Not the umask that was found: while another thread starts a program that is the inherited one.
        umask(PRIVATE);
        done
    }
}

/// From now on the group and others have no right on what this process makes without a mode (POSIX `umask` of 077). It is for
/// the first line of a program. On Windows, which has no such mask, it does nothing.
pub fn make_private() {
    #[cfg(unix)]
    unix::make_private();
}

/// Starts a program of the user, such as a browser, with the umask that this process was started with: what that program creates
/// is not ours. A file that another thread creates at the same moment without a mode has that umask, too.
pub fn with_inherited_umask<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    {
        unix::with_inherited_umask(start)
    }
    #[cfg(not(unix))]
    {
        start()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;
    use std::sync::Barrier;

    use super::*;

    /// Two programs of the user are started, the second one while the first is, and it takes longer.
    fn start_two() {
        let together = Barrier::new(2);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                with_inherited_umask(|| {
                    together.wait();
                    together.wait();
                });
                together.wait();
            });
            together.wait();
            with_inherited_umask(|| {
                together.wait();
                together.wait();
            });
        });
    }

    #[test]
    fn what_is_made_without_a_mode_is_private_and_programs_of_the_user_have_their_own_mask() {
        let mask = || {
            let output = Command::new("sh").args(["-c", "umask"]).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let before = mask();
        make_private();
        let folder = tempfile::tempdir().unwrap();
        let (file, inner) = (folder.path().join("file"), folder.path().join("folder"));
        std::fs::write(&file, "made without a mode").unwrap();
        std::fs::create_dir(&inner).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&inner)), (0o600, 0o700));
        assert_eq!(with_inherited_umask(mask), before, "of a program that is started for the user");
        assert_eq!(mask().trim().trim_start_matches('0'), "77", "and afterwards it is private again");
        start_two();
        assert_eq!(mask().trim().trim_start_matches('0'), "77", "also after two at the same moment");
    }
}

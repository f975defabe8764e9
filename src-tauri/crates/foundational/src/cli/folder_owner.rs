//! Whose the data folder is. What root makes in the folder of another user, that user cannot read: a service would fail
//! at its next backup.

use std::path::Path;

use super::output::Failure;

/// Refuses root the workspace of another user, unless an instance serves it: that one makes the files.
///
/// # Errors
/// With the command that runs as that user.
#[cfg(unix)]
pub(super) fn refuse_root(data: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;

    if store::is_held(data) {
        return Ok(());
    }
    let owner = std::fs::metadata(data.join("foundational.db")).ok().map(|found| (found.uid(), found.gid()));
    match owner.filter(|(user, _)| is_root() && *user != 0) {
        Some((user, group)) => Err(as_owner(data, user, group)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half refuses")]
pub(super) fn refuse_root(_data: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Refuses root the folder of another user, which gets a workspace.
///
/// # Errors
/// With the command that runs as that user.
#[cfg(unix)]
pub(super) fn refuse_root_in(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;

    match std::fs::metadata(folder) {
        Ok(found) if is_root() && found.uid() != 0 => Err(as_owner(folder, found.uid(), found.gid())),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half refuses")]
pub(super) fn refuse_root_in(_folder: &Path) -> Result<(), Failure> {
    Ok(())
}

/// The user that this process runs as: the owner of its entry in /proc. Elsewhere than on Linux it is not asked.
#[cfg(unix)]
pub(super) fn own_user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;

    std::fs::metadata("/proc/self").ok().map(|own| own.uid())
}

/// Whether this process runs as root.
#[cfg(unix)]
pub(super) fn is_root() -> bool {
    own_user() == Some(0)
}

#[cfg(unix)]
fn as_owner(data: &Path, user: u32, group: u32) -> Failure {
    Failure {
        message: format!(
            "The workspace in {} belongs to user {user}: files created by root would be unreadable for that user.",
            data.display()
        ),
        hint: Some(match dynamic_user(data) {
            Some(name) => format!(
                "Start the service first, or run it as that user: systemd-run --pty --wait --collect -p DynamicUser=yes \
                 -p User={name} -p StateDirectory={name} -p StateDirectoryMode=0700 -p UMask=0077 foundational ... \
                 A file to restore must be in the data folder and belong to user {user}."
            ),
            None => format!(
                "Start the service first, or run it as that user: setpriv --reuid={user} --regid={group} --clear-groups \
                 foundational ..."
            ),
        }),
        code: 1,
    }
}

/// The user that systemd makes for the service of this folder: only systemd lets that user in, and only while a unit of it runs.
/// The user has the name of the folder, as that of `foundational.service` has; as a word of a shell. Source: systemd.exec(5),
/// `DynamicUser=`.
#[cfg(unix)]
fn dynamic_user(data: &Path) -> Option<String> {
    let real = std::fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let name = real.strip_prefix("/var/lib/private").ok()?.iter().next()?;
    name.to_str().map(crate::shell::shell_word)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn root_is_refused_the_workspace_of_another_user_and_no_one_else_anything() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("foundational.db");
        assert!(refuse_root(folder.path()).is_ok(), "a folder without a workspace");
        std::fs::write(&database, "").unwrap();
        assert!(refuse_root(folder.path()).is_ok(), "its own");
        let given_away = std::os::unix::fs::chown(&database, Some(1234), Some(1235)).is_ok();
        assert_eq!(given_away, is_root(), "only root gives files away");
        assert_eq!(refuse_root(folder.path()).is_err(), is_root(), "that of another user");
        let hint = as_owner(folder.path(), 1234, 1235).hint.unwrap();
        assert!(hint.contains("setpriv --reuid=1234 --regid=1235 --clear-groups foundational"), "{hint}");
    }

    #[test]
    fn the_folder_of_a_user_that_systemd_makes_is_entered_by_systemd() {
        let hint = as_owner(Path::new("/var/lib/private/foundational"), 61234, 61234).hint.unwrap();
        let command = "systemd-run --pty --wait --collect -p DynamicUser=yes -p User=foundational \
                       -p StateDirectory=foundational -p StateDirectoryMode=0700 -p UMask=0077 foundational ...";
        assert!(hint.contains(command), "{hint}");
        assert!(!hint.contains("setpriv"), "it cannot enter that folder: {hint}");
    }
}

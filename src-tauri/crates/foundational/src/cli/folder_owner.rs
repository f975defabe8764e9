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
            "The workspace in {} belongs to user {user}: root would make files that user cannot read.",
            data.display()
        ),
        hint: Some(format!(
            "Start the service first, or run it as that user: setpriv --reuid={user} --regid={group} --clear-groups foundational ..."
        )),
        code: 1,
    }
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
}

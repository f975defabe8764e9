//! The data folder of a service.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use store::private_file;

use super::unit_location::Scope;
use super::unit_options::STATE_FOLDER;
use crate::app::options::default_data_folder;
use crate::cli::folder_owner::own_user;
use crate::cli::output::Failure;

/// A data folder, and for a service of the system the user and group that it runs as.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServiceFolder {
    pub path: PathBuf,
    pub owner: Option<(u32, u32)>,
}

/// The folder that is named, or the usual one of the scope. A user's is made; one of the system must be there, because
/// its owner is who the service runs as.
///
/// # Errors
/// When it cannot be made, is not there, or belongs to a user that the service does not run as.
pub(super) fn folder(scope: Scope, given: Option<&Path>) -> Result<ServiceFolder, Failure> {
    let state = Path::new(STATE_FOLDER);
    let path = match (scope, given) {
        (Scope::System, None) => state.to_owned(),
        (_, Some(given)) => given.to_owned(),
        (Scope::User, None) => default_data_folder(),
    };
    let cannot = |error: std::io::Error| Failure {
        message: format!("The data folder {} cannot be used: {error}.", path.display()),
        hint: None,
        code: 4,
    };
    if scope == Scope::System && path == state {
        return Ok(ServiceFolder { path, owner: None });
    }
    if scope == Scope::User {
        private_file::create_folder(&path).map_err(cannot)?;
    }
    let real = fs::canonicalize(&path).map_err(cannot)?;
    let found = fs::metadata(&real).map_err(cannot)?;
    if scope == Scope::User {
        if own_user().is_some_and(|own| own != found.uid()) {
            return Err(Failure {
                message: format!(
                    "The data folder {} belongs to user {}, but the service runs as the current user.",
                    real.display(),
                    found.uid()
                ),
                hint: Some("Choose a folder of this user with --data.".to_owned()),
                code: 4,
            });
        }
        return Ok(ServiceFolder { path: real, owner: None });
    }
    if found.uid() == 0 {
        return Err(Failure {
            message: format!(
                "The data folder {} belongs to root, and the service never runs as root.",
                real.display()
            ),
            hint: Some(format!(
                "Give the folder to another user with chown, or omit --data to use {STATE_FOLDER}."
            )),
            code: 4,
        });
    }
    Ok(ServiceFolder { path: real, owner: Some((found.uid(), found.gid())) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_s_folder_is_made_and_a_link_to_it_followed() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        let wanted = home.join("my data");
        let made = folder(Scope::User, Some(&wanted)).unwrap();
        assert_eq!((made.path.as_path(), made.owner), (wanted.as_path(), None), "by its real name");
        assert_eq!(fs::metadata(&wanted).unwrap().mode() & 0o777, 0o700, "for its owner only");
        std::os::unix::fs::symlink(&wanted, home.join("link")).unwrap();
        assert_eq!(folder(Scope::User, Some(&home.join("link"))).unwrap().path, wanted);
        fs::write(home.join("file"), "").unwrap();
        assert_eq!(folder(Scope::User, Some(&home.join("file/data"))).unwrap_err().code, 4);
    }

    #[test]
    fn a_user_s_service_has_no_folder_of_another_user() {
        let home = tempfile::tempdir().unwrap();
        let given_away = std::os::unix::fs::chown(home.path(), Some(1234), Some(1235)).is_ok();
        let other = if given_away { home.path() } else { Path::new("/usr") };
        let refused = folder(Scope::User, Some(other)).unwrap_err();
        assert_eq!(refused.code, 4, "{}", refused.message);
        assert!(refused.message.contains("belongs to user "), "{}", refused.message);
    }

    #[test]
    fn a_service_of_the_system_has_its_own_folder_or_runs_as_the_owner_of_one_that_is_there() {
        let own = ServiceFolder { path: STATE_FOLDER.into(), owner: None };
        assert_eq!(folder(Scope::System, None).unwrap(), own);
        assert_eq!(folder(Scope::System, Some(Path::new(STATE_FOLDER))).unwrap(), own);
        let missing = folder(Scope::System, Some(Path::new("/nowhere/data"))).unwrap_err();
        assert!(missing.message.contains("/nowhere/data cannot be used"), "{}", missing.message);
        let of_root = folder(Scope::System, Some(Path::new("/usr"))).unwrap_err();
        assert!(of_root.message.contains("belongs to root"), "{}", of_root.message);
        let home = tempfile::tempdir().unwrap();
        let found = fs::metadata(home.path()).unwrap();
        if found.uid() == 0 {
            std::os::unix::fs::chown(home.path(), Some(1234), Some(1235)).unwrap();
            let owner = folder(Scope::System, Some(home.path())).unwrap().owner;
            assert_eq!(owner, Some((1234, 1235)), "the user that it runs as");
        } else {
            let owner = folder(Scope::System, Some(home.path())).unwrap().owner;
            assert_eq!(owner, Some((found.uid(), found.gid())), "the user that owns it");
        }
    }
}

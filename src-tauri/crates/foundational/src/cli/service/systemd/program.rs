//! The program that a service runs: this one, by its full path.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::unit_location::Scope;
use crate::cli::output::Failure;

/// This program's own file.
///
/// # Errors
/// When it cannot be found; for a service of the system, when a user can replace it, or the service does not see it.
pub(super) fn program(scope: Scope) -> Result<PathBuf, Failure> {
    let refuse = |message: String, hint: &str| Failure { message, hint: Some(hint.to_owned()), code: 1 };
    let program = std::env::current_exe().and_then(fs::canonicalize).map_err(|error| {
        refuse(format!("The program's own file cannot be found: {error}."), "Install it again.")
    })?;
    if scope == Scope::System && is_in_reach_of_users(&program) {
        return Err(refuse(
            format!(
                "The program is in {}, where a user can replace it or the service cannot see it.",
                program.display()
            ),
            "Copy it to /usr/local/bin as root, and run that copy.",
        ));
    }
    Ok(program)
}

/// Homes and temporary folders, which a service of the system does not see, and whatever another user than root owns or all
/// may write.
fn is_in_reach_of_users(program: &Path) -> bool {
    let unseen = ["/home", "/root", "/run/user", "/tmp", "/var/tmp", "/dev/shm"];
    unseen.iter().any(|folder| program.starts_with(folder))
        || program
            .ancestors()
            .any(|part| fs::metadata(part).is_ok_and(|found| found.uid() != 0 || found.mode() & 0o002 != 0))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_program_that_a_user_can_replace_is_none_for_a_service_of_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join("foundational");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(is_in_reach_of_users(&file), "all may write it");
        assert!(is_in_reach_of_users(Path::new("/home/ada/foundational")), "in a home");
        let shell = fs::canonicalize("/bin/sh").unwrap();
        assert!(!is_in_reach_of_users(&shell), "{} is the system's", shell.display());
    }
}

//! Where a service is installed: in the system, or for one user.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::folder_owner::is_root;
use crate::cli::output::Failure;
use crate::cli::service::arguments::ScopeArgs;

/// The unit's name.
pub(super) const UNIT: &str = "foundational.service";
/// That of the sockets that systemd opens for it.
pub(super) const SOCKET: &str = "foundational.socket";

/// Whose service manager runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Scope {
    System,
    User,
}

impl Scope {
    /// What `systemctl` and `journalctl` need to know of it.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::System => "--system",
            Self::User => "--user",
        }
    }

    /// A command for a person.
    pub(super) fn command(self, tool: &str, words: &str) -> String {
        match self {
            Self::System => format!("{tool} {words}"),
            Self::User => format!("{tool} --user {words}"),
        }
    }

    /// The target that starts it.
    pub(super) fn target(self) -> &'static str {
        match self {
            Self::System => "multi-user.target",
            Self::User => "default.target",
        }
    }
}

/// The folder of the units of one scope.
pub(super) struct UnitLocation {
    pub scope: Scope,
    folder: PathBuf,
}

impl UnitLocation {
    /// The location that the arguments name, or the one that fits this user.
    pub(super) fn choose(args: &ScopeArgs) -> Result<Self, Failure> {
        if args.system || (!args.user && is_root()) {
            return Ok(Self::new(Scope::System, Path::new("/etc/systemd/system")));
        }
        let Some(config) = dirs::config_dir() else {
            let message = "This user has no folder for settings.".to_owned();
            return Err(Failure { message, hint: Some("Set HOME.".to_owned()), code: 1 });
        };
        Ok(Self::new(Scope::User, &config.join("systemd/user")))
    }

    pub(super) fn new(scope: Scope, folder: &Path) -> Self {
        Self { scope, folder: folder.to_owned() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn unit(&self) -> PathBuf {
        self.folder.join(UNIT)
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.join(SOCKET)
    }

    /// The link that `systemctl enable` makes.
    pub(super) fn enabled_link(&self) -> PathBuf {
        self.folder.join(format!("{}.wants", self.scope.target())).join(UNIT)
    }

    /// The same of the sockets.
    pub(super) fn enabled_socket_link(&self) -> PathBuf {
        self.folder.join("sockets.target.wants").join(SOCKET)
    }

    /// Only root changes services of the system.
    ///
    /// # Errors
    /// For other users.
    pub(super) fn refuse_without_root(&self) -> Result<(), Failure> {
        if self.scope == Scope::User || is_root() {
            return Ok(());
        }
        Err(Failure {
            message: "Only root changes the services of the system.".to_owned(),
            hint: Some("Use sudo, or --user for a service of your own.".to_owned()),
            code: 1,
        })
    }
}

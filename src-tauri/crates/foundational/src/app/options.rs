//! How a workspace is opened, and why it cannot be.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::error::Error;

/// How a workspace is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; it is created if need be.
    pub data: PathBuf,
    /// Where to serve, instead of what the settings say.
    pub listen: Option<SocketAddr>,
    /// A public URL to save in the settings.
    pub public_url: Option<String>,
    /// Use the folder even on a network or FUSE file system.
    pub insist: bool,
}

/// Why a workspace cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The data folder is on a file system that loses data under SQLite.
    #[error(
        "the data folder {} is on {kind}: on network and FUSE file systems a database can be damaged without notice",
        .folder.display()
    )]
    Remote { folder: PathBuf, kind: &'static str },
    /// An option cannot be taken.
    #[error(transparent)]
    Option(#[from] Error),
}

impl OpenError {
    /// The process's exit code: 3 when another instance holds the folder, 4 when it cannot be written, 6 when it is
    /// damaged or newer, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Store(store::Error::FolderInUse { .. }) => 3,
            Self::Remote { .. }
            | Self::Store(store::Error::NotWritable { .. } | store::Error::NotBackedUp { .. }) => 4,
            Self::Store(
                store::Error::Damaged { .. }
                | store::Error::WorkspaceMissing { .. }
                | store::Error::Newer { .. }
                | store::Error::OldSqlite { .. },
            ) => 6,
            Self::Store(_) | Self::Option(_) => 1,
        }
    }

    /// Whether another process uses the data folder.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Store(store::Error::FolderInUse { .. }))
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Store(store::Error::FolderInUse { .. }) => {
                "Use that one, end it, or choose another folder with --data."
            }
            Self::Store(store::Error::NotWritable { .. }) => {
                "Give this user the right to write there, or choose another folder with --data."
            }
            Self::Store(store::Error::Damaged { .. }) => {
                "Nothing was changed. Put a backup in its place with `foundational restore FILE --yes`."
            }
            Self::Store(store::Error::WorkspaceMissing { .. }) => {
                "Nothing was created. Put the backup in its place with `foundational restore FILE --yes`; to start over, \
                 choose an empty folder with --data."
            }
            Self::Remote { .. } => {
                "Choose a folder on a disk of this computer with --data, or insist with --insist-on-this-folder."
            }
            Self::Store(store::Error::Newer { .. }) => {
                "Nothing was changed. Start the newer version of Foundational."
            }
            Self::Store(store::Error::NotBackedUp { .. }) => {
                "Nothing was changed. Free some disk space and let this user write there, then start again."
            }
            _ => "",
        }
    }
}

pub(crate) fn refuse_remote(options: &Options, kind: Option<&'static str>) -> Result<(), OpenError> {
    match kind {
        Some(kind) if !options.insist => Err(OpenError::Remote { folder: options.data.clone(), kind }),
        _ => Ok(()),
    }
}

/// The name of a variable of the environment that has a value, for an argument to be read from: an empty one counts as unset.
pub fn variable_with_value(name: &'static str) -> Option<&'static str> {
    std::env::var_os(name).is_some_and(|value| !value.is_empty()).then_some(name)
}

/// The folder used when none is named: the user's data folder by the system's own rules.
pub fn default_data_folder() -> PathBuf {
    dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("foundational")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_folder_is_refused_unless_a_person_insists() {
        let data = PathBuf::from("/mnt/share");
        let options = Options { data, listen: None, public_url: None, insist: false };
        let refused = refuse_remote(&options, Some("NFS")).unwrap_err();
        assert_eq!(refused.exit_code(), 4, "the folder can't be used");
        let message = format!("{refused} {}", refused.hint());
        assert!(
            message.contains("/mnt/share is on NFS") && message.contains("--insist-on-this-folder"),
            "{message}"
        );
        assert!(refuse_remote(&options, None).is_ok(), "a disk of this computer is taken");
        let insisted = Options { insist: true, ..options };
        assert!(refuse_remote(&insisted, Some("NFS")).is_ok(), "so is a folder with --insist-on-this-folder");
    }
}

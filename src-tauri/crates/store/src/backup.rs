//! Backups of the workspace: a whole database each, written at once by SQLite itself, checked, sealed and only then
//! given its name. The request log is not in them.
//!
//! **Invariant**: a file with a backup's name is whole and was read back; the live file is never copied.

mod aside;
mod carry_over;
mod check;
mod folder;
mod make;
mod moving_in;
mod refusal;
mod restore;
mod seal;

use std::path::{Path, PathBuf};

pub(crate) use aside::finish;
pub use carry_over::{CarriedOver, NameList};
pub use folder::{Backup, default_folder};
pub(crate) use folder::{list_in, newest_whole, sweep};
pub(crate) use make::before_migration;
pub use moving_in::move_here;
pub use refusal::RestoreRefusal;
pub use restore::{PreparedRestore, RestoreLoss, RestoreRecord};
pub use seal::{BackupFacts, BackupKind, MoveManifest};

use crate::database_file::DatabaseFile;
use crate::{Error, Store};

impl Store {
    /// Backs the workspace up into `folder`, which is made if need be. Writes continue during this.
    ///
    /// # Errors
    /// [`Error::NoBackup`]; then no file has the backup's name.
    pub async fn back_up(&self, folder: &Path, kind: BackupKind) -> Result<Backup, Error> {
        let now = self.clock().now();
        let word = match kind {
            BackupKind::Hand => "by-hand",
            BackupKind::Daily => "daily",
            BackupKind::Migration => "migration",
            BackupKind::Restore => "before-restore",
            BackupKind::Move => "move",
        };
        let path = folder.join(folder::free_name(folder, now, word));
        make::make(&self.folder().join(DatabaseFile::Workspace.file()), &path, kind, None, now).await
    }

    /// Backs the workspace up under this very name, which must be free.
    ///
    /// # Errors
    /// [`Error::NoBackup`].
    pub async fn back_up_to(&self, file: &Path) -> Result<Backup, Error> {
        self.write_to(file, BackupKind::Hand, None).await
    }

    /// Writes the workspace as a file that [`move_here()`] takes, under this very name, which must be free.
    ///
    /// # Errors
    /// [`Error::NoBackup`].
    pub async fn write_move(&self, file: &Path, manifest: MoveManifest) -> Result<Backup, Error> {
        self.write_to(file, BackupKind::Move, Some(manifest)).await
    }

    async fn write_to(
        &self,
        file: &Path,
        kind: BackupKind,
        moved: Option<MoveManifest>,
    ) -> Result<Backup, Error> {
        let refuse = |why: &str| Error::NoBackup { place: file.to_owned(), why: why.to_owned() };
        if file.file_name().is_none() {
            return Err(refuse("it names no file"));
        }
        if file.exists() {
            return Err(refuse("this file exists already"));
        }
        let live = self.folder().join(DatabaseFile::Workspace.file());
        make::make(&live, file, kind, moved, self.clock().now()).await
    }

    /// The backups in these folders, newest first; one that is in two of them is listed once.
    pub async fn backups(&self, folders: Vec<PathBuf>) -> Vec<Backup> {
        folder::spawn_blocking_io(move || Ok(folder::list(&folders))).await.unwrap_or_default()
    }

    /// Removes the oldest backups of this kind in a folder until so many good ones are left, and so many others. Good is
    /// one that is whole, and has an Admin and at least half as many people as the largest, as far as any of them has.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub async fn prune_backups(&self, folder: &Path, kind: BackupKind, keep: usize) -> Result<(), Error> {
        let place = folder.to_owned();
        folder::spawn_blocking_io(move || folder::prune(&place, kind, keep))
            .await
            .map_err(|error| Error::NoBackup { place: folder.to_owned(), why: error.to_string() })
    }

    /// Whether backups can be made in this folder: it is made if need be, and a file is written and removed.
    ///
    /// # Errors
    /// [`Error::NoBackup`] with the reason.
    pub fn try_backup_folder(&self, folder: &Path) -> Result<PathBuf, Error> {
        folder::usable(folder, self.folder()).map_err(|why| Error::NoBackup { place: folder.to_owned(), why })
    }
}

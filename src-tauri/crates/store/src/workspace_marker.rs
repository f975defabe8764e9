//! The file beside the workspace that says that there is one. While it is there, or any other trace of a workspace, a
//! missing or empty `foundational.db` is a loss and no fresh start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::database_file::DatabaseFile;
use crate::{Error, Store, backup, private_file};

const FILE: &str = "workspace.json";

/// What the marker says. Unknown fields of a newer version are ignored.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Marker {
    /// Where backups are made, when that is another folder than the usual one.
    backups: Option<PathBuf>,
}

/// Refuses a folder whose workspace is missing or empty although there was one. Called while the folder is held, after
/// a decided restore was carried out.
pub(crate) fn refuse_loss(data: &Path) -> Result<(), Error> {
    let live = data.join(DatabaseFile::Workspace.file());
    if fs::metadata(&live).is_ok_and(|file| file.len() > 0) || !is_traced(data) {
        return Ok(());
    }
    Err(lost(data))
}

/// The error for a folder whose workspace is missing.
pub(crate) fn lost(data: &Path) -> Error {
    let folders = [Some(backup::default_folder(data)), read(data).backups];
    let newest = backup::newest_whole(&folders.into_iter().flatten().collect::<Vec<_>>());
    Error::WorkspaceMissing { folder: data.to_owned(), newest: newest.map(|backup| backup.path) }
}

/// Whether something in the folder shows that a workspace was in it.
pub(crate) fn is_traced(data: &Path) -> bool {
    let has = |name: &str| fs::metadata(data.join(name)).is_ok_and(|file| file.len() > 0);
    has(FILE)
        || has(DatabaseFile::Activity.file())
        || has(&format!("{}-wal", DatabaseFile::Workspace.file()))
        || !backup::list_in(&backup::default_folder(data)).is_empty()
}

/// Writes the marker, unless it is there.
pub(crate) fn write_if_missing(data: &Path) -> io::Result<()> {
    if data.join(FILE).exists() { Ok(()) } else { write(data, &Marker::default()) }
}

fn read(data: &Path) -> Marker {
    let text = fs::read(data.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn write(data: &Path, marker: &Marker) -> io::Result<()> {
    private_file::write(&data.join(FILE), &serde_json::to_vec(marker)?)
}

impl Store {
    /// Notes beside the workspace where its backups are, so that they are found when the workspace is lost. `None`: in
    /// the usual folder.
    ///
    /// # Errors
    /// [`Error::NotWritable`].
    pub fn note_backup_folder(&self, folder: Option<&Path>) -> Result<(), Error> {
        let backups = folder.map(Path::to_owned);
        if read(self.folder()).backups == backups {
            return Ok(());
        }
        write(self.folder(), &Marker { backups })
            .map_err(|source| Error::NotWritable { folder: self.folder().to_owned(), source })
    }
}

//! A damaged request log does not prevent the start: it is renamed, and a new one is begun.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::database::{self, OpenDatabase};
use crate::database_file::{DAMAGE_FLAG, DatabaseFile};
use crate::private_file::sync_folder;
use crate::{Error, Store};

/// How the name of a log that was set aside begins, and the form of the time in it.
const PREFIX: &str = "activity-damaged-";
const FORM: &str = "%Y%m%d-%H%M%S";

/// A request log that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedLog {
    pub path: PathBuf,
    pub at: Timestamp,
}

/// Opens the request log, or begins a new one in the place of a damaged one.
pub(crate) async fn open_log(folder: &Path, now: Timestamp) -> Result<OpenDatabase, Error> {
    let refuse = |source| Error::NotWritable { folder: folder.to_owned(), source };
    if folder.join(DAMAGE_FLAG).exists() {
        set_aside(folder, now).map_err(refuse)?;
        fs::remove_file(folder.join(DAMAGE_FLAG)).map_err(refuse)?;
    }
    match database::open(folder, DatabaseFile::Activity, now, false).await {
        Err(Error::Damaged { detail, .. }) => {
            tracing::error!(detail, "the request log is damaged; it is set aside and a new one is begun");
            set_aside(folder, now).map_err(refuse)?;
            database::open(folder, DatabaseFile::Activity, now, false).await
        }
        other => other,
    }
}

fn set_aside(folder: &Path, now: Timestamp) -> io::Result<()> {
    let mut name = format!("{PREFIX}{}", now.strftime(FORM));
    while folder.join(format!("{name}.db")).exists() {
        name.push('x');
    }
    for ending in ["db-wal", "db-shm", "db"] {
        match fs::rename(folder.join(format!("activity.{ending}")), folder.join(format!("{name}.{ending}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync_folder(folder)
}

impl Store {
    /// The request logs that were set aside and are still in the data folder, oldest first.
    pub fn damaged_logs(&self) -> Vec<DamagedLog> {
        let entries = fs::read_dir(self.folder()).into_iter().flatten().flatten();
        let mut found: Vec<DamagedLog> = entries.filter_map(|entry| set_aside_at(&entry.path())).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// Removes those that were set aside before `limit`: they hold requests, and those are not retained for longer.
    ///
    /// # Errors
    /// [`Error::NotWritable`].
    pub fn remove_damaged_logs(&self, limit: Timestamp) -> Result<(), Error> {
        for old in self.damaged_logs().into_iter().filter(|one| one.at < limit) {
            for ending in ["db-wal", "db-shm", "db"] {
                match fs::remove_file(old.path.with_extension(ending)) {
                    Err(source) if source.kind() != io::ErrorKind::NotFound => {
                        return Err(Error::NotWritable { folder: old.path, source });
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn set_aside_at(path: &Path) -> Option<DamagedLog> {
    let name = path.file_name()?.to_str()?.strip_prefix(PREFIX)?.strip_suffix(".db")?;
    let at = DateTime::strptime(FORM, name.trim_end_matches('x')).ok()?;
    let at = TimeZone::UTC.to_timestamp(at).ok()?;
    Some(DamagedLog { path: path.to_owned(), at })
}

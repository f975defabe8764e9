//! The folders of backups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::seal::{self, BackupFacts, BackupKind};
use crate::private_file::{create, create_folder};

/// Another instance may write in the same folder at this moment, but none writes for longer.
const LONGEST: Duration = Duration::from_hours(6);

/// How a backup's name ends.
const ENDING: &str = "backup";

/// A backup in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub facts: BackupFacts,
    /// In bytes.
    pub size: u64,
    /// The digest of the seal: names this one backup.
    pub seal: String,
}

/// Where backups are made unless an Admin chose another folder.
pub fn default_folder(data: &Path) -> PathBuf {
    data.join("backups")
}

/// A name that is free: `foundational-20261124-155854-daily.backup`.
pub(super) fn free_name(folder: &Path, now: Timestamp, word: &str) -> String {
    let at = now.strftime("%Y%m%d-%H%M%S");
    let mut name = format!("foundational-{at}-{word}.{ENDING}");
    let mut number = 2;
    while folder.join(&name).exists() {
        name = format!("foundational-{at}-{word}-{number}.{ENDING}");
        number += 1;
    }
    name
}

/// The backup in this file, by its seal. Nothing when it has none.
pub(super) fn of(path: &Path) -> Option<Backup> {
    let facts = seal::read(path).ok().flatten()?;
    let seal = seal::digest(path).ok().flatten()?;
    Some(Backup { path: path.to_owned(), facts, size: fs::metadata(path).ok()?.len(), seal })
}

pub(super) fn list(folders: &[PathBuf]) -> Vec<Backup> {
    let mut list: Vec<Backup> = Vec::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == ENDING)
                && entry.file_type().is_ok_and(|kind| kind.is_file())
                && let Some(backup) = of(&path)
                && !list.iter().any(|other| other.seal == backup.seal)
            {
                list.push(backup);
            }
        }
    }
    // Those of one moment are ordered by name.
    list.sort_by(|a, b| (b.facts.made_at, &b.path).cmp(&(a.facts.made_at, &a.path)));
    list
}

/// So that neither the backups of a workspace that was emptied nor damaged ones push out those that one would restore.
pub(super) fn prune(folder: &Path, kind: BackupKind, keep: usize) -> io::Result<()> {
    remove_unfinished(folder, LONGEST)?;
    let of_kind: Vec<Backup> =
        list(&[folder.to_owned()]).into_iter().filter(|backup| backup.facts.kind == kind).collect();
    if of_kind.len() <= keep {
        return Ok(());
    }
    let most = of_kind.iter().map(|backup| backup.facts.people).max().unwrap_or(0);
    let any_admin = of_kind.iter().any(|backup| backup.facts.admins > 0);
    let (mut good, mut other) = (0, 0);
    for backup in of_kind {
        let is_good = good < keep
            && backup.facts.people.saturating_mul(2) >= most
            && (backup.facts.admins > 0 || !any_admin)
            && seal::is_whole(&backup.path);
        let place = if is_good { &mut good } else { &mut other };
        *place += 1;
        // A young one that is not good pushes out none, and is what there is of these days.
        if *place > keep || (!is_good && good >= keep) {
            fs::remove_file(backup.path)?;
        }
    }
    Ok(())
}

/// Removes what a killed process left: files that never got their name, older than this.
fn remove_unfinished(folder: &Path, age: Duration) -> io::Result<()> {
    let own = format!(".{}.part", std::process::id());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let unfinished = name.ends_with(".part") || name.ends_with(".part-journal");
        let left = name.starts_with('.') && unfinished && !name.ends_with(&own);
        let age_of = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
        if left && (age.is_zero() || age_of.is_some_and(|found| found > age)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The folder by its real name, when backups may be made there.
pub(super) fn usable(folder: &Path, data: &Path) -> Result<PathBuf, String> {
    if !folder.is_absolute() {
        return Err("it is no full path".to_owned());
    }
    create_folder(folder).map_err(|error| error.to_string())?;
    let real = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let data = fs::canonicalize(data).map_err(|error| error.to_string())?;
    if real == data || (real.starts_with(&data) && real != default_folder(&data)) {
        return Err("it lies inside the data folder, among files that Foundational removes".to_owned());
    }
    let_alone(&real, &data)?;
    let trial = real.join(format!(".foundational-trial.{}.part", std::process::id()));
    create(&trial).and_then(|file| file.sync_all()).map_err(|error| error.to_string())?;
    fs::remove_file(&trial).map_err(|error| error.to_string())?;
    Ok(real)
}

/// Backups hold everybody's data and every password's hash: no other user may put another file in their place.
#[cfg(unix)]
fn let_alone(real: &Path, data: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let about = |path: &Path| fs::metadata(path).map_err(|error| error.to_string());
    let (own, folder) = (about(data)?.uid(), about(real)?);
    if folder.uid() != own {
        return Err("it belongs to another user of this computer".to_owned());
    }
    if folder.mode() & 0o022 != 0 {
        return Err("other users of this computer can write in it".to_owned());
    }
    for above in real.ancestors().skip(1) {
        let mode = about(above)?.mode();
        // With the sticky bit, as /tmp has it, others cannot rename what is not theirs.
        if mode & 0o002 != 0 && mode & 0o1000 == 0 {
            return Err(format!("other users of this computer can write in {} above it", above.display()));
        }
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half can fail")]
fn let_alone(_real: &Path, _data: &Path) -> Result<(), String> {
    Ok(())
}

/// The backups in a folder, newest first.
pub(crate) fn list_in(folder: &Path) -> Vec<Backup> {
    list(&[folder.to_owned()])
}

/// The newest backup in these folders of which every byte is as it was written.
pub(crate) fn newest_whole(folders: &[PathBuf]) -> Option<Backup> {
    list(folders).into_iter().find(|backup| seal::is_whole(&backup.path))
}

/// Removes what a killed process left in the data folder's own backup folder, where no other process writes at this moment.
pub(crate) fn sweep(data: &Path) {
    let folder = default_folder(data);
    if folder.is_dir()
        && let Err(error) = remove_unfinished(&folder, Duration::ZERO)
    {
        tracing::warn!(folder = %folder.display(), %error, "unfinished backups could not be removed");
    }
}

/// Reads and writes files where no other work waits for it.
pub(super) async fn spawn_blocking_io<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

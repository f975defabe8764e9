//! Putting a workspace that was moved into an empty folder. Nothing is written before every byte of the file was compared with
//! its seal. The copy is checked, migrated and paused at the side; one rename decides. Killed before it, the folder has
//! nothing that is opened as a workspace, and the same command works again.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::aside::{self, DECIDED, STAGED};
use super::folder::{Backup, spawn_blocking_io};
use super::refusal::RestoreRefusal;
use super::seal::{self, MoveManifest};
use crate::database_file::DatabaseFile;
use crate::pause::{HERE, PAUSE_FOR_MOVE};
use crate::private_file::sync_folder;
use crate::{AuditEntry, Error, UndoObstacle, audit, folder_lock};

/// What an attempt leaves that was killed.
const LEFT: [&str; 5] = {
    let [copy, journal, log, index] = STAGED;
    ["lock", copy, journal, log, index]
};

/// Makes `data`, a folder that is missing or empty, the data folder of the workspace in `file`: every connection is paused,
/// remembered sessions and the settings `of_computer` are not taken along, and `entry` is among its audit entries.
///
/// # Errors
/// [`Error::FolderUsed`]; [`Error::Backup`] with the reason why the file is refused; [`Error::NotReadable`],
/// [`Error::NotWritable`] and [`Error::FolderInUse`]. The folder is as it was then.
pub async fn move_here(
    data: &Path,
    file: &Path,
    now: Timestamp,
    of_computer: &[&str],
    entry: &AuditEntry,
) -> Result<Backup, Error> {
    refuse_used(data)?;
    let from = file.to_owned();
    let checked = spawn_blocking_io(move || Ok(check(&from))).await;
    checked.map_err(|source| Error::NotReadable { file: file.to_owned(), source })??;
    let was_there = data.is_dir();
    let lock = folder_lock::lock(data)?;
    // Another process may have been faster.
    refuse_used(data)?;
    let done = put(data, file, now, of_computer, entry).await;
    if done.is_err() {
        clear(data, was_there);
    }
    drop(lock);
    done
}

/// Refuses a folder with anything in it that an earlier attempt did not leave.
fn refuse_used(data: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(Error::NotWritable { folder: data.to_owned(), source }),
    };
    for entry in entries {
        let entry = entry.map_err(|source| Error::NotWritable { folder: data.to_owned(), source })?;
        let name = entry.file_name();
        if !LEFT.iter().any(|left| name.to_str() == Some(*left)) {
            return Err(Error::FolderUsed(data.to_owned()));
        }
    }
    Ok(())
}

/// Everything that can be known of the file without a copy of it.
fn check(file: &Path) -> Result<(), Error> {
    let unreadable = |source| Error::NotReadable { file: file.to_owned(), source };
    let refuse = |why| Err(Error::of_refusal(file)(why));
    let Some(facts) = seal::read(file).map_err(unreadable)? else {
        return refuse(seal::without_facts(file).map_err(unreadable)?);
    };
    let known = DatabaseFile::Workspace.newest();
    match &facts.moved {
        None => refuse(RestoreRefusal::NoMove),
        Some(manifest) if manifest.format > MoveManifest::FORMAT => {
            refuse(RestoreRefusal::NewerMove(facts.program))
        }
        Some(_) if facts.schema > known => refuse(RestoreRefusal::Newer { found: facts.schema, known }),
        Some(_) if !seal::is_whole(file) => refuse(RestoreRefusal::Changed),
        Some(_) => Ok(()),
    }
}

async fn put(
    data: &Path,
    file: &Path,
    now: Timestamp,
    of_computer: &[&str],
    entry: &AuditEntry,
) -> Result<Backup, Error> {
    let backup = aside::copy(data, file).await?;
    let mut conn = aside::open(data, file).await?;
    let done = settle(&mut conn, file, now, of_computer, entry).await;
    drop(conn.close().await);
    done?;
    aside::decide(data)?;
    aside::finish(data).map_err(|source| Error::NotWritable { folder: data.to_owned(), source })?;
    Ok(backup)
}

/// Makes the copy a workspace of this computer, in one transaction.
async fn settle(
    conn: &mut SqliteConnection,
    file: &Path,
    now: Timestamp,
    of_computer: &[&str],
    entry: &AuditEntry,
) -> Result<(), Error> {
    aside::check_and_migrate(conn, file).await?;
    let mut tx = conn.begin().await?;
    sqlx::query(PAUSE_FOR_MOVE)
        .bind(now.as_millisecond())
        .bind(HERE.name)
        .bind(HERE.word)
        .execute(&mut *tx)
        .await?;
    // The secrets of sessions are in the keychain of the other computer. A job that began after the pause of the move and before
    // the copy is in both workspaces, and is continued in the other one.
    aside::end_unfinished(&mut tx, now.as_millisecond(), &UndoObstacle::Moved).await?;
    for key in of_computer {
        sqlx::query("DELETE FROM setting WHERE key = $1").bind(*key).execute(&mut *tx).await?;
    }
    audit::append(&mut tx, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Leaves the folder as it was, also where it was decided already for the copy: else the next start would carry out what is
/// called a failure here. What an undecided attempt leaves and cannot be removed, the next one replaces.
fn clear(data: &Path, was_there: bool) {
    let decided = [DECIDED, DatabaseFile::Workspace.file()];
    for left in decided.into_iter().chain(LEFT) {
        drop(fs::remove_file(data.join(left)));
    }
    if was_there {
        drop(sync_folder(data));
    } else {
        drop(fs::remove_dir(data));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_fails_after_it_was_decided_leaves_nothing_that_the_next_start_carries_out() {
        for there in [DECIDED, DatabaseFile::Workspace.file()] {
            let folder = tempfile::tempdir().unwrap();
            let data = folder.path().join("data");
            fs::create_dir(&data).unwrap();
            fs::write(data.join(there), "a copy").unwrap();
            fs::write(data.join("lock"), "7").unwrap();
            clear(&data, true);
            assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "{there}");
            assert!(!aside::finish(&data).unwrap(), "{there}: there is nothing to finish");
            fs::write(data.join(there), "a copy").unwrap();
            clear(&data, false);
            assert!(!data.exists(), "{there}: the folder was not there before");
        }
    }
}

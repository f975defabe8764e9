//! The staged copy of a backup beside the workspace: made, checked and migrated there, then committed by one rename.

use std::fs;
use std::io;
use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};

use super::check;
use super::folder::{self, Backup, spawn_blocking_io};
use super::refusal::RestoreRefusal;
use super::seal;
use crate::database_file::DatabaseFile;
use crate::private_file::{create, remove, sync_folder};
use crate::{Error, UndoObstacle, audit_chain, brake, undo};

/// The copy while it is made ready.
const ASIDE: &str = "restore.part";
/// The copy and what SQLite writes beside it: a backup may say of itself that it has a write-ahead log. It would be played into the
/// next copy.
pub(super) const STAGED: [&str; 4] = [ASIDE, "restore.part-journal", "restore.part-wal", "restore.part-shm"];
/// The copy once it is decided that it becomes the workspace.
pub(super) const DECIDED: &str = "restore.ready";

/// Copies the database out of a backup, and compares every byte with its seal.
///
/// # Errors
/// [`Error::Backup`] with the reason why it is refused; [`Error::NotReadable`] and [`Error::NotWritable`].
pub(super) async fn copy(data: &Path, file: &Path) -> Result<Backup, Error> {
    // What is beside a copy that was left would be taken for a part of this one.
    forget(data);
    let aside = data.join(ASIDE);
    let unreadable = |source| Error::NotReadable { file: file.to_owned(), source };
    create(&aside).map_err(|source| Error::NotWritable { folder: aside.clone(), source })?;
    let from = file.to_owned();
    let opened = spawn_blocking_io(move || seal::open(&from, &aside)).await.map_err(unreadable)?;
    if let Err(why) = opened {
        return Err(Error::of_refusal(file)(nearest_refusal(why, data).await));
    }
    folder::of(file).ok_or_else(|| Error::of_refusal(file)(RestoreRefusal::Changed))
}

/// Opens the copy of `file`.
///
/// # Errors
/// [`Error::Backup`] where SQLite cannot open what is in it.
pub(super) async fn open(data: &Path, file: &Path) -> Result<SqliteConnection, Error> {
    let opened = SqliteConnection::connect_with(&writing(data)).await;
    opened.map_err(|error| check::Checked::from(error).of(file))
}

/// Whether the copy is a database that this program made, which then gets this version's form.
///
/// # Errors
/// [`Error::Backup`] with the reason why it is refused.
pub(super) async fn check_and_migrate(conn: &mut SqliteConnection, file: &Path) -> Result<(), Error> {
    check::is_ours(conn).await.map_err(|error| error.of(file))?;
    DatabaseFile::Workspace.migrator().run_direct(None, &mut *conn, false).await?;
    Ok(audit_chain::chain_older(conn).await?)
}

/// Ends in the copy what was under way when it was made: remembered sessions, undos, whose outcome `why` is, and held removals
/// that were being carried out.
pub(super) async fn end_unfinished(
    conn: &mut SqliteConnection,
    at: i64,
    why: &UndoObstacle,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM remembered_session").execute(&mut *conn).await?;
    undo::end_unfinished(conn, at, why).await?;
    brake::end_applying(conn).await
}

/// Leaves the workspace as it is.
pub(super) fn forget(data: &Path) {
    for left in STAGED {
        drop(fs::remove_file(data.join(left)));
    }
}

/// Decides that the copy becomes the workspace. It does as soon as the folder is opened the next time.
///
/// # Errors
/// When the system refuses; then the old workspace remains.
pub(super) fn decide(data: &Path) -> Result<(), Error> {
    let (aside, decided) = (data.join(ASIDE), data.join(DECIDED));
    let done = fs::File::open(&aside)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&aside, &decided))
        .and_then(|()| {
            // Otherwise the next start would carry out what is called a failure here.
            sync_folder(data).inspect_err(|_| drop(fs::rename(&decided, &aside)))
        });
    done.map_err(|source| Error::NotWritable { folder: decided, source })
}

/// Carries a decided restore out, and clears what an undecided one left. Called while the folder is held, before
/// anything in it is opened. Answers whether there was one.
pub(crate) fn finish(data: &Path) -> io::Result<bool> {
    let live = data.join(DatabaseFile::Workspace.file());
    let decided = data.join(DECIDED);
    for left in STAGED {
        remove(&data.join(left))?;
    }
    if !decided.exists() {
        return Ok(false);
    }
    // The old file's log must not be played into the new one, so it goes first, and durably.
    remove(&live.with_extension("db-wal"))?;
    remove(&live.with_extension("db-shm"))?;
    sync_folder(data)?;
    fs::rename(&decided, &live)?;
    sync_folder(data)?;
    tracing::info!("a backup was put in the place of the workspace");
    Ok(true)
}

/// A changed file may be damaged as well, which is the nearer reason where it can be found out.
async fn nearest_refusal(why: RestoreRefusal, data: &Path) -> RestoreRefusal {
    if why != RestoreRefusal::Changed {
        return why;
    }
    let found = match SqliteConnection::connect_with(&writing(data)).await {
        Ok(mut conn) => {
            let found = check::holds_together(&mut conn, "integrity_check").await;
            drop(conn.close().await);
            found
        }
        Err(error) => Err(error.into()),
    };
    found.err().and_then(|error| error.refusal().ok()).unwrap_or(why)
}

/// The staged copy: without a log of its own, so that the one file is all there is.
pub(super) fn writing(data: &Path) -> SqliteConnectOptions {
    DatabaseFile::Workspace.options(&data.join(ASIDE)).journal_mode(SqliteJournalMode::Delete)
}

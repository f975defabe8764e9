//! Backups of the workspace: a whole database each, written at once by SQLite itself, checked, sealed and only then
//! given its name. The request log is not in them.
//!
//! **Invariant**: what bears a backup's name is whole and was read back; the live file is never copied.

mod carry_over;
mod check;
mod folder;
mod restore;
mod seal;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::db::{self, DatabaseFile};
use crate::{Error, Store};
pub use carry_over::{CarriedOver, NameList};
pub use folder::{Backup, default_folder};
pub(crate) use restore::finish;
pub use restore::{PreparedRestore, RestoreLoss, RestoreRecord};
pub use seal::{BackupFacts, BackupKind};

/// How a backup's name ends.
const ENDING: &str = "backup";

/// Why a file is not restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreRefusal {
    /// It is something else.
    #[error("is not a backup of Foundational")]
    Foreign,
    /// A database of ours without a seal.
    #[error("has no seal: it was cut short, or is a copy of a live database")]
    Unsealed,
    /// Some byte is not what it was.
    #[error("was changed after it was made")]
    Changed,
    /// The database inside does not hold together.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// A newer version made it.
    #[error("was made by a newer version of Foundational (schema {found}, this version knows {known})")]
    Newer { found: i64, known: i64 },
    /// It is sealed, but tables or triggers in it are not those of its version.
    #[error("holds {0}, which Foundational does not make")]
    Altered(String),
    /// Nobody could sign in to check it.
    #[error("has no Admin who could sign in")]
    NoAdmin,
    /// Each local Admin of it was demoted, blocked or deleted since.
    #[error("would leave no Admin who could sign in: each of its Admins lost that role or access since")]
    NoAdminLeft,
    /// Nothing is known of what ended since, and one of these local Admins is to sign in.
    #[error("has several Admins ({}), and it is unknown which of them lost access since", .0.join(", "))]
    WhichAdmin(Vec<String>),
    /// Another file stands there now than the one that was looked at.
    #[error("is another file than the one that was looked at")]
    Other,
}

/// What a backup is called by, and where it lies.
pub(crate) struct Place<'p> {
    pub folder: &'p Path,
    pub name: String,
}

impl Store {
    /// Backs the workspace up into `folder`, which is made if need be. Writes go on meanwhile.
    ///
    /// # Errors
    /// [`Error::NoBackup`]; then nothing bears the backup's name.
    pub async fn back_up(&self, folder: &Path, kind: BackupKind) -> Result<Backup, Error> {
        let now = self.clock().now();
        let word = match kind {
            BackupKind::Hand => "by-hand",
            BackupKind::Daily => "daily",
            BackupKind::Migration => "migration",
            BackupKind::Restore => "before-restore",
        };
        let name = folder::free_name(folder, now, word);
        make(&self.folder().join(DatabaseFile::Workspace.file()), &Place { folder, name }, kind, now).await
    }

    /// Backs the workspace up under this very name, which must be free.
    ///
    /// # Errors
    /// [`Error::NoBackup`].
    pub async fn back_up_to(&self, file: &Path) -> Result<Backup, Error> {
        let refuse = |why: &str| Error::NoBackup { place: file.to_owned(), why: why.to_owned() };
        let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str()))
        else {
            return Err(refuse("it names no file"));
        };
        if file.exists() {
            return Err(refuse("a file of this name is there already"));
        }
        let place = Place { folder, name: name.to_owned() };
        let live = self.folder().join(DatabaseFile::Workspace.file());
        make(&live, &place, BackupKind::Hand, self.clock().now()).await
    }

    /// The backups in these folders, newest first; one that lies in two of them is told once.
    pub async fn backups(&self, folders: Vec<PathBuf>) -> Vec<Backup> {
        spawn_blocking_io(move || Ok(folder::list(&folders))).await.unwrap_or_default()
    }

    /// Removes the oldest backups of this kind in a folder until so many good ones are left, and so many others. Good is
    /// one that is whole, and has an Admin and at least half as many people as the largest, as far as any of them has.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub async fn prune_backups(&self, folder: &Path, kind: BackupKind, keep: usize) -> Result<(), Error> {
        let place = folder.to_owned();
        spawn_blocking_io(move || folder::prune(&place, kind, keep))
            .await
            .map_err(|error| Error::NoBackup { place: folder.to_owned(), why: error.to_string() })
    }

    /// Whether backups can be made in this folder: it is made if need be, and a file is written and removed.
    ///
    /// # Errors
    /// [`Error::NoBackup`] with what stands against it.
    pub fn try_backup_folder(&self, folder: &Path) -> Result<PathBuf, Error> {
        folder::usable(folder, self.folder()).map_err(|why| Error::NoBackup { place: folder.to_owned(), why })
    }
}

/// Before a migration of the live file: a backup beside it, named with both versions.
pub(crate) async fn before_migration(data: &Path, from: i64, to: i64, now: Timestamp) -> Result<(), Error> {
    let folder = default_folder(data);
    let name = folder::free_name(&folder, now, &format!("schema-{from}-to-{to}"));
    let live = data.join(DatabaseFile::Workspace.file());
    let made = make(&live, &Place { folder: &folder, name }, BackupKind::Migration, now)
        .await
        .map_err(|source| Error::NotBackedUp { source: Box::new(source) })?;
    tracing::info!(file = %made.path.display(), "backed up before the database is changed");
    Ok(())
}

/// Makes one: written under another name, read back, sealed, synced, named.
async fn make(live: &Path, place: &Place<'_>, kind: BackupKind, now: Timestamp) -> Result<Backup, Error> {
    let path = place.folder.join(&place.name);
    let fresh = place.folder.join(format!(".{}.{}.part", place.name, std::process::id()));
    let refuse = |why: String| Error::NoBackup { place: path.clone(), why };
    folder::private(place.folder).map_err(|error| refuse(error.to_string()))?;
    let made = written(live, &fresh, kind, now).await;
    let kept = match made {
        Ok(facts) => {
            let (from, to) = (fresh.clone(), path.clone());
            spawn_blocking_io(move || {
                seal::close(&from, &facts)?;
                fs::rename(&from, &to)?;
                folder::sync(to.parent())?;
                folder::of(&to).ok_or_else(|| io::Error::other("it could not be read back"))
            })
            .await
            .map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    if kept.is_err() {
        // What is left of it is no backup; gone already is as good.
        drop(fs::remove_file(&fresh));
    }
    kept.map_err(refuse)
}

async fn written(live: &Path, fresh: &Path, kind: BackupKind, now: Timestamp) -> Result<BackupFacts, Error> {
    create(fresh).map_err(|source| Error::NotWritable { folder: fresh.to_owned(), source })?;
    // A connection of its own: it reads one moment of the database while the writer writes on.
    let mut conn = SqliteConnection::connect_with(&db::settings(live, DatabaseFile::Workspace)).await?;
    let done =
        sqlx::query("VACUUM INTO $1").bind(fresh.to_string_lossy().into_owned()).execute(&mut conn).await;
    drop(conn.close().await);
    done?;
    let mut copy = SqliteConnection::connect_with(&read_only(fresh)).await?;
    let facts = async {
        check::holds_together(&mut copy, "quick_check").await.map_err(Error::of_refusal(fresh))?;
        facts(&mut copy, kind, now).await
    }
    .await;
    drop(copy.close().await);
    facts
}

/// A file that nobody writes: no lock, no file beside it.
fn read_only(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).read_only(true).immutable(true).pragma("trusted_schema", "OFF")
}

async fn facts(conn: &mut SqliteConnection, kind: BackupKind, now: Timestamp) -> Result<BackupFacts, Error> {
    let mut counts = Vec::new();
    for sql in [
        "SELECT count(*) FROM person WHERE deleted_at IS NULL",
        "SELECT count(*) FROM scim_group WHERE deleted_at IS NULL",
        "SELECT count(*) FROM connection",
        ADMINS,
    ] {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await?;
        counts.push(count.try_into().unwrap_or(0));
    }
    let [people, groups, connections, admins] = counts[..] else { return Err(Error::Closed) };
    let newest_change: i64 =
        sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM change").fetch_one(&mut *conn).await?;
    let schema: i64 = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(conn).await?;
    Ok(BackupFacts {
        made_at: now.as_millisecond(),
        kind,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        people,
        groups,
        connections,
        admins,
        newest_change,
    })
}

/// In every schema there was; one who is blocked is counted too.
const ADMINS: &str = "SELECT count(*) FROM person
    WHERE connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL AND password_hash IS NOT NULL";
/// Whether anybody can sign in, in every schema there was.
const ACCOUNTS: &str =
    "SELECT EXISTS (SELECT 1 FROM main.person WHERE password_hash IS NOT NULL AND deleted_at IS NULL)";
/// In this schema, without those who are blocked.
const SIGNING_ADMINS: &str = "connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL
    AND password_hash IS NOT NULL AND blocked_at IS NULL";

/// The backups in a folder, newest first.
pub(crate) fn list_in(folder: &Path) -> Vec<Backup> {
    folder::list(&[folder.to_owned()])
}

/// The newest backup in these folders of which every byte is as it was written.
pub(crate) fn newest_whole(folders: &[PathBuf]) -> Option<Backup> {
    folder::list(folders).into_iter().find(|backup| seal::is_whole(&backup.path))
}

/// Removes what a killed process left in the data folder's own backup folder, where nobody else writes at this moment.
pub(crate) fn sweep(data: &Path) {
    let folder = default_folder(data);
    if folder.is_dir()
        && let Err(error) = folder::sweep(&folder, std::time::Duration::ZERO)
    {
        tracing::warn!(folder = %folder.display(), %error, "unfinished backups could not be removed");
    }
}

/// Makes sure that the names in a folder survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    folder::sync(Some(folder))
}

/// Makes an empty file for its owner only.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    drop(fs::remove_file(path));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Reads and writes files where they hold nobody up.
async fn spawn_blocking_io<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

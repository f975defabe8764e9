//! Opening the data folder: lock, SQLite's version, settings of every connection, migrations, checks.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::fold_upgrade::refold;
use crate::reader::READERS;
use crate::{Error, backup, workspace_marker};

static WORKSPACE: Migrator = sqlx::migrate!("migrations/workspace");
static ACTIVITY: Migrator = sqlx::migrate!("migrations/activity");

/// The first SQLite without the WAL-reset bug, which could lose committed writes (sqlite.org/wal.html#walresetbug).
const NEEDED_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// From this size on a request log is not written anew at start (64 MB).
const LARGE: u64 = 64 << 20;

/// One database file, opened: its only writing connection and a pool of readers.
pub(crate) struct Opened {
    pub writer: SqliteConnection,
    pub readers: SqlitePool,
}

/// The two files of a data folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseFile {
    Workspace,
    Activity,
}

impl DatabaseFile {
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Workspace => "foundational.db",
            Self::Activity => "activity.db",
        }
    }

    /// The schema version that this build makes.
    pub(crate) fn newest(self) -> i64 {
        self.migrator().iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    pub(crate) fn migrator(self) -> &'static Migrator {
        match self {
            Self::Workspace => &WORKSPACE,
            Self::Activity => &ACTIVITY,
        }
    }

    /// FULL: an acknowledged change survives a power cut. The request log may lose its newest rows instead of
    /// costing every write a second sync.
    fn synchronous(self) -> SqliteSynchronous {
        match self {
            Self::Workspace => SqliteSynchronous::Full,
            Self::Activity => SqliteSynchronous::Normal,
        }
    }
}

/// Creates the folder (mode 0700) if need be and takes its lock for the life of the returned file.
///
/// # Errors
/// [`Error::FolderInUse`] when another process has it, [`Error::NotWritable`] when the system refuses.
pub(crate) fn lock(folder: &Path) -> Result<File, Error> {
    let refuse = |source| Error::NotWritable { folder: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(refuse)?;
    private(folder, 0o700).map_err(refuse)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("lock"))
        .map_err(refuse)?;
    private(&folder.join("lock"), 0o600).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            drop(file.read_to_string(&mut by));
            let by = Some(by.trim().to_owned()).filter(|pid| !pid.is_empty());
            return Err(Error::FolderInUse { folder: folder.to_owned(), by });
        }
        Err(TryLockError::Error(source)) => return Err(refuse(source)),
    }
    let write_pid = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        file.flush()
    };
    write_pid(&mut file).map_err(refuse)?;
    Ok(file)
}

/// Whether a process uses this data folder at this moment. Nothing is created or changed there.
pub fn is_held(folder: &Path) -> bool {
    File::open(folder.join("lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Opens one file: creates it (mode 0600), checks it, brings it to this build's schema.
pub(crate) async fn open(folder: &Path, which: DatabaseFile, now: Timestamp) -> Result<Opened, Error> {
    let path = folder.join(which.file());
    let refuse = |source| Error::NotWritable { folder: path.clone(), source };
    // SQLite gives -wal and -shm the mode of the database file.
    OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(refuse)?;
    private(&path, 0o600).map_err(refuse)?;

    let options = settings(&path, which);
    let mut writer = SqliteConnection::connect_with(&options).await.map_err(|error| damaged(which, error))?;
    assert_version(&mut writer).await?;
    let found = assert_not_newer(&mut writer, which).await?;
    if let DatabaseFile::Workspace = which {
        if found.is_none() && workspace_marker::is_traced(folder) {
            return Err(workspace_marker::lost(folder));
        }
        let check: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut writer)
            .await
            .map_err(|error| damaged(which, error))?;
        if check != "ok" {
            return Err(Error::Damaged { file: which.file(), detail: check });
        }
    }
    if let (DatabaseFile::Workspace, Some(found)) = (which, found)
        && found < which.newest()
    {
        backup::before_migration(folder, found, which.newest(), now).await?;
    }
    // The request log may be large, and is never read whole before requests are answered.
    if which == DatabaseFile::Workspace || fs::metadata(&path).is_ok_and(|file| file.len() < LARGE) {
        let_shrink(&mut writer, which).await?;
    }
    // Not `run`: its future cannot be proved to be Send, which hosts need. This is what `run` itself calls.
    which.migrator().run_direct(None, &mut writer, false).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => damaged(which, error),
        other => Error::Migrate(other),
    })?;
    match which {
        DatabaseFile::Workspace => refold(&mut writer).await?,
        DatabaseFile::Activity => probe(&mut writer).await.map_err(|error| damaged(which, error))?,
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(1)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok(Opened { writer, readers })
}

/// What holds on every connection to a file.
pub(crate) fn settings(path: &Path, which: DatabaseFile) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(which.synchronous())
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0")
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "67108864")
        // macOS only; elsewhere SQLite ignores them.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
}

/// Lets the file give the room of removed rows back to the disk. One that an older version made is written anew for
/// that, once; where the disk has no room for it, it stays as it is, and uses its free pages again.
async fn let_shrink(conn: &mut SqliteConnection, which: DatabaseFile) -> Result<(), Error> {
    const INCREMENTAL: i64 = 2;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut *conn).await?;
    if mode == INCREMENTAL {
        return Ok(());
    }
    // The copy of a large file does not belong in memory.
    conn.execute("PRAGMA temp_store = FILE; PRAGMA auto_vacuum = INCREMENTAL").await?;
    if let Err(error) = conn.execute("VACUUM").await {
        tracing::warn!(file = which.file(), %error, "the file cannot give room back to the disk");
    }
    conn.execute("PRAGMA temp_store = MEMORY").await?;
    Ok(())
}

/// Reads the ends of each table and index of the request log: a few pages, however large the file is.
async fn probe(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for table in ["activity", "proof", "token_use", "activity_quarter", "visit", "asleep"] {
        for order in ["", "DESC"] {
            let sql = format!("SELECT * FROM {table} ORDER BY 1 {order} LIMIT 1");
            conn.fetch_optional(AssertSqlSafe(sql)).await?;
        }
    }
    conn.fetch_optional("SELECT id FROM activity ORDER BY at DESC LIMIT 1").await?;
    Ok(())
}

/// SQLite's primary result code: 13 is a full disk (`SQLITE_FULL`).
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(11 | 26))
}

fn damaged(which: DatabaseFile, error: sqlx::Error) -> Error {
    match error.as_database_error().map(|found| found.message().to_owned()) {
        Some(detail) if is_damage(&error) => Error::Damaged { file: which.file(), detail },
        _ => Error::Sql(error),
    }
}

async fn assert_version(conn: &mut SqliteConnection) -> Result<(), Error> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(conn).await?;
    if at_least(&found, NEEDED_SQLITE) { Ok(()) } else { Err(Error::OldSqlite { found }) }
}

fn at_least(version: &str, needed: (u32, u32, u32)) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= needed
}

/// A file from a newer build is left untouched. Answers the version of the file, if it has one yet.
async fn assert_not_newer(conn: &mut SqliteConnection, which: DatabaseFile) -> Result<Option<i64>, Error> {
    let known = which.newest();
    let has_table: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')")
            .fetch_one(&mut *conn)
            .await
            .map_err(|error| damaged(which, error))?;
    if !has_table {
        return Ok(None);
    }
    let row = sqlx::query("SELECT max(version) AS newest FROM _sqlx_migrations").fetch_one(conn).await?;
    let found: Option<i64> = row.try_get("newest")?;
    match found {
        Some(found) if found > known => Err(Error::Newer { file: which.file(), found, known }),
        found => Ok(found),
    }
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o777 != mode {
        permissions.set_mode(mode);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half can fail")]
fn private(_path: &Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("3.51.3", NEEDED_SQLITE), "the first mended version is enough");
        assert!(at_least("3.100.0", NEEDED_SQLITE), "100 is more than 51");
        assert!(!at_least("3.51.2", NEEDED_SQLITE), "the last one with the bug is refused");
        assert!(!at_least("3.46.0", NEEDED_SQLITE), "so is an older minor version");
    }

    #[test]
    fn every_migration_has_a_number_of_its_own() {
        for which in [DatabaseFile::Workspace, DatabaseFile::Activity] {
            let numbers: Vec<i64> = which.migrator().iter().map(|migration| migration.version).collect();
            let expected: Vec<i64> = (1..).take(numbers.len()).collect();
            assert_eq!(numbers, expected, "{}: none stands twice and none is left out", which.file());
        }
    }
}

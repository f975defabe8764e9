//! Opening a database of the data folder: SQLite's version, checks, migrations.

use std::path::Path;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::auto_vacuum::enable_incremental_vacuum;
use crate::database_file::DatabaseFile;
use crate::error::is_damage;
use crate::fold_upgrade::upgrade_folds;
use crate::read_permits::{READERS, SNAPSHOTS};
use crate::{Error, audit_chain, backup, log_upgrade, private_file, workspace_check, workspace_marker};

/// The first SQLite without the WAL-reset bug, which could lose committed writes (sqlite.org/wal.html#walresetbug).
const NEEDED_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// One database file, opened: its only writing connection and a pool of readers.
pub(crate) struct OpenDatabase {
    pub writer: SqliteConnection,
    pub readers: SqlitePool,
    /// The request log has rows of an older version, which are not moved yet.
    pub has_old_rows: bool,
}

/// Opens one file: creates it (mode 0600), brings it to this build's schema. A workspace that is migrated, or was put here by a
/// restore (`is_new_here`), is read whole before.
pub(crate) async fn open(
    folder: &Path,
    which: DatabaseFile,
    now: Timestamp,
    is_new_here: bool,
) -> Result<OpenDatabase, Error> {
    let path = folder.join(which.file());
    let refuse = |source| Error::NotWritable { folder: path.clone(), source };
    // SQLite gives -wal and -shm the mode of the database file.
    private_file::open(&path).map_err(refuse)?;

    let options = which.options(&path);
    let mut writer = SqliteConnection::connect_with(&options).await.map_err(|error| damaged(which, error))?;
    assert_version(&mut writer).await?;
    let found = assert_not_newer(&mut writer, which).await?;
    if which == DatabaseFile::Workspace && found.is_none() && workspace_marker::is_traced(folder) {
        return Err(workspace_marker::lost(folder));
    }
    let is_migrated = which == DatabaseFile::Workspace && found.is_some_and(|found| found < which.newest());
    if is_migrated || is_new_here {
        let problems = workspace_check::problems(&mut writer).await.map_err(|error| damaged(which, error))?;
        if let Some(problem) = problems.into_iter().next() {
            return Err(Error::Damaged { file: which.file(), detail: problem });
        }
    }
    if let (true, Some(found)) = (is_migrated, found) {
        backup::before_migration(folder, found, which.newest(), now).await?;
    }
    // An existing file is not rewritten before requests are answered, unless it is migrated anyway.
    if found.is_none() || is_migrated {
        enable_incremental_vacuum(&mut writer, which).await?;
    }
    // Not `run`: its future cannot be proved to be Send, which hosts need. This is what `run` itself calls.
    which.migrator().run_direct(None, &mut writer, false).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => damaged(which, error),
        other => Error::Migrate(other),
    })?;
    let has_old_rows = match which {
        DatabaseFile::Workspace => {
            upgrade_folds(&mut writer).await?;
            audit_chain::chain_older(&mut writer).await?;
            false
        }
        DatabaseFile::Activity => {
            probe(&mut writer).await.map_err(|error| damaged(which, error))?;
            match log_upgrade::begin(&mut writer).await {
                Ok(is_left) => is_left,
                Err(Error::Sql(error)) if is_damage(&error) => return Err(damaged(which, error)),
                Err(error) => {
                    tracing::warn!(%error, "rows of an older version are not moved before the start");
                    true
                }
            }
        }
    };
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS + SNAPSHOTS)
        .min_connections(1)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok(OpenDatabase { writer, readers, has_old_rows })
}

/// Reads the ends of each table and index of the request log: a few pages, however large the file is.
async fn probe(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for table in [
        "activity",
        "activity_body",
        "setup_evidence",
        "token_use",
        "activity_quarter",
        "sync_cycle",
        "sleep_interval",
    ] {
        for order in ["", "DESC"] {
            let sql = format!("SELECT * FROM {table} ORDER BY 1 {order} LIMIT 1");
            conn.fetch_optional(AssertSqlSafe(sql)).await?;
        }
    }
    conn.fetch_optional("SELECT seq FROM activity ORDER BY at DESC LIMIT 1").await?;
    Ok(())
}

fn damaged(which: DatabaseFile, error: sqlx::Error) -> Error {
    match error.as_database_error().map(|found| found.message().to_owned()) {
        Some(detail) if is_damage(&error) => Error::Damaged { file: which.file(), detail },
        _ => error.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("3.51.3", NEEDED_SQLITE), "the first fixed version is enough");
        assert!(at_least("3.100.0", NEEDED_SQLITE), "100 is more than 51");
        assert!(!at_least("3.51.2", NEEDED_SQLITE), "the last one with the bug is refused");
        assert!(!at_least("3.46.0", NEEDED_SQLITE), "so is an older minor version");
    }
}

//! The two databases of a data folder: their names, schemas and settings.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::private_file;

static WORKSPACE: Migrator = sqlx::migrate!("migrations/workspace");
static ACTIVITY: Migrator = sqlx::migrate!("migrations/activity");

/// The file in a data folder by which the next start knows that the request log is damaged.
pub(crate) const DAMAGE_FLAG: &str = "activity.damaged";

/// Notes that the request log is damaged: a write found damage that the start did not.
pub(crate) fn flag_damaged_log(folder: &Path) {
    if let Err(error) = private_file::write(&folder.join(DAMAGE_FLAG), b"") {
        tracing::error!(%error, "the next start does not know that the request log is damaged");
    }
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

    /// After how many pages of changes (16 MB) they are moved into the file. Each time costs two syncs, and a page that was
    /// changed often is moved once: the indexes of the workspace and the end of the log are.
    const CHECKPOINT_PAGES: &'static str = "4000";

    /// What holds on every connection to the file at this path.
    pub(crate) fn options(self, path: &Path) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(self.synchronous())
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON")
            .pragma("temp_store", "MEMORY")
            .pragma("mmap_size", "0")
            .pragma("secure_delete", "ON")
            .pragma("journal_size_limit", "67108864")
            .pragma("wal_autocheckpoint", Self::CHECKPOINT_PAGES)
            // macOS only; elsewhere SQLite ignores them.
            .pragma("fullfsync", "ON")
            .pragma("checkpoint_fullfsync", "ON")
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;
    use sqlx::sqlite::SqliteConnection;

    use super::*;

    #[test]
    fn every_migration_has_a_number_of_its_own() {
        for which in [DatabaseFile::Workspace, DatabaseFile::Activity] {
            let numbers: Vec<i64> = which.migrator().iter().map(|migration| migration.version).collect();
            let expected: Vec<i64> = (1..).take(numbers.len()).collect();
            assert_eq!(numbers, expected, "{}: no number occurs twice and none is left out", which.file());
        }
    }

    #[tokio::test]
    async fn every_connection_is_careful_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        for (which, synchronous) in [(DatabaseFile::Workspace, 2), (DatabaseFile::Activity, 1)] {
            let options = which.options(&folder.path().join(which.file())).create_if_missing(true);
            let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
            for (pragma, expected) in [
                ("PRAGMA synchronous", synchronous),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA trusted_schema", 0),
                ("PRAGMA cell_size_check", 1),
                ("PRAGMA temp_store", 2),
                ("PRAGMA secure_delete", 1),
                ("PRAGMA busy_timeout", 5_000),
                ("PRAGMA wal_autocheckpoint", 4_000),
            ] {
                let found: i64 = sqlx::query_scalar(pragma).fetch_one(&mut conn).await.unwrap();
                assert_eq!(found, expected, "{}: {pragma}", which.file());
            }
        }
    }

    /// `.cargo/config.toml`. Otherwise SQLite counts each of its allocations under one lock for all threads.
    #[tokio::test]
    async fn sqlite_counts_no_allocations() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let sql = "SELECT sqlite_compileoption_used('DEFAULT_MEMSTATUS=0')";
        let is_so: bool = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
        assert!(is_so, "SQLite is built with the flags of .cargo/config.toml");
    }
}

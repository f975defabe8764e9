//! Whether the file of the workspace is whole. The start does not wait for that (`background_check.rs`), except before a
//! migration and after a restore.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row as _};

use crate::database_file::DatabaseFile;

/// How many lines of SQLite about damage are read.
const MOST: usize = 10;

/// A check that may be under way when the store is closed.
#[derive(Debug, Default)]
pub(crate) struct WorkspaceCheck {
    pub(crate) is_ended: Arc<AtomicBool>,
    pub(crate) running: tokio::sync::Mutex<()>,
}

impl WorkspaceCheck {
    /// Ends the check that runs, and every later one.
    pub(crate) async fn end(&self) {
        self.is_ended.store(true, Ordering::Relaxed);
        drop(self.running.lock().await);
    }
}

/// Whether the process that had the folder last ended without closing it: what it wrote last is still in the write-ahead log,
/// which a close empties. Known before the file is opened.
pub(crate) fn ended_uncleanly(folder: &Path) -> bool {
    let log = folder.join(format!("{}-wal", DatabaseFile::Workspace.file()));
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// What SQLite finds wrong in the file, and rows that point at others which are not there. Nothing: it is whole.
pub(crate) async fn problems(conn: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Vec::new();
    for table in tables {
        // One statement a table: the write-ahead log cannot be emptied while one reads.
        let sql = |check: &str| AssertSqlSafe(format!("PRAGMA {check}(\"{}\")", table.replace('"', "\"\"")));
        let lines: Vec<String> = sqlx::query_scalar(sql("quick_check")).fetch_all(&mut *conn).await?;
        found.extend(lines.into_iter().filter(|line| line != "ok"));
        let dangling = sqlx::query(sql("foreign_key_check")).fetch_optional(&mut *conn).await?;
        if let Some(row) = dangling {
            let parent: String = row.try_get("parent")?;
            found.push(format!("a row of {table} points at one of {parent} that is not there"));
        }
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    Ok(found)
}

//! The check of the workspace after the start: slowly, on a separate connection.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use crate::database_file::DatabaseFile;
use crate::workspace_check::problems;
use crate::{Error, Store};

/// After how many instructions of SQLite's virtual machine the check pauses.
const INSTRUCTIONS: i32 = 5_000;
const PAUSE: Duration = Duration::from_millis(1);

impl Store {
    /// Whether the last run of the program ended without closing the workspace.
    pub fn ended_uncleanly(&self) -> bool {
        self.0.ended_uncleanly
    }

    /// Reads the whole workspace slowly and answers what is wrong with the file, in SQLite's words; nothing: it is whole.
    ///
    /// # Errors
    /// [`Error::Closed`] when the store is closed before the end; SQLite's, when the file cannot be opened.
    pub async fn check_workspace(&self) -> Result<Vec<String>, Error> {
        let check = &self.0.check;
        let _running = check.running.lock().await;
        if check.is_ended.load(Ordering::Relaxed) {
            return Err(Error::Closed);
        }
        let path = self.folder().join(DatabaseFile::Workspace.file());
        let options = DatabaseFile::Workspace.options(&path).pragma("query_only", "ON");
        let mut conn = SqliteConnection::connect_with(&options).await?;
        let is_ended = check.is_ended.clone();
        conn.lock_handle().await?.set_progress_handler(INSTRUCTIONS, move || {
            std::thread::sleep(PAUSE);
            !is_ended.load(Ordering::Relaxed)
        });
        let found = problems(&mut conn).await;
        drop(conn.close().await);
        match found {
            Ok(found) => Ok(found),
            Err(_interrupted) if check.is_ended.load(Ordering::Relaxed) => Err(Error::Closed),
            Err(error) if crate::error::is_damage(&error) => Ok(vec![error.to_string()]),
            Err(error) => Err(error.into()),
        }
    }
}

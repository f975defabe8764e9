//! The connection by which a single person is read. Such a read takes some microseconds, less than the way to a pool of
//! connections and back: reads that arrive together wait for each other.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use tokio::sync::Mutex;

use crate::Error;
use crate::database_file::DatabaseFile;

/// None once it is closed.
pub(crate) struct LookupConnection(Mutex<Option<SqliteConnection>>);

impl LookupConnection {
    pub(crate) async fn open(folder: &Path) -> Result<Self, Error> {
        let which = DatabaseFile::Workspace;
        let options = which.options(&folder.join(which.file())).pragma("query_only", "ON");
        Ok(Self(Mutex::new(Some(SqliteConnection::connect_with(&options).await?))))
    }

    /// The rows of a statement.
    pub(crate) async fn fetch(
        &self,
        sql: &'static str,
        arguments: SqliteArguments,
    ) -> Result<Vec<SqliteRow>, Error> {
        let mut conn = self.0.lock().await;
        let conn = conn.as_mut().ok_or(Error::Closed)?;
        Ok(sqlx::query_with(sql, arguments).fetch_all(conn).await?)
    }

    pub(crate) async fn close(&self) {
        if let Some(conn) = self.0.lock().await.take() {
            drop(conn.close().await);
        }
    }
}

//! Incremental vacuum: the free pages of a file can be returned to the disk.

use sqlx::Executor as _;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::database_file::DatabaseFile;

/// Enables it. A file that an older version made is rewritten for that, once; where the disk has no room for a copy, the
/// file is not changed, and later rows use its free pages.
pub(crate) async fn enable_incremental_vacuum(
    conn: &mut SqliteConnection,
    which: DatabaseFile,
) -> Result<(), Error> {
    const INCREMENTAL: i64 = 2;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut *conn).await?;
    if mode == INCREMENTAL {
        return Ok(());
    }
    // The copy of a large file does not belong in memory.
    conn.execute("PRAGMA temp_store = FILE; PRAGMA auto_vacuum = INCREMENTAL").await?;
    if let Err(error) = conn.execute("VACUUM").await {
        tracing::warn!(file = which.file(), %error, "the free pages of the file cannot be returned to the disk");
    }
    conn.execute("PRAGMA temp_store = MEMORY").await?;
    Ok(())
}

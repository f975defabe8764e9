//! Whether a file gives the room of removed rows back to the disk.

use sqlx::Executor as _;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::database_file::DatabaseFile;

/// Lets the file give the room of removed rows back to the disk. One that an older version made is written anew for
/// that, once; where the disk has no room for that, the file is left as it is, and uses its free pages again.
pub(crate) async fn let_shrink(conn: &mut SqliteConnection, which: DatabaseFile) -> Result<(), Error> {
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

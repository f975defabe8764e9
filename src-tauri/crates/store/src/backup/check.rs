//! Whether a database taken out of a backup is one that this program made and can go on with.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::refusal::RestoreRefusal;
use crate::Error;
use crate::database_file::DatabaseFile;
use crate::error::fault_of_content;

/// In every schema there was; one who is blocked is counted too.
pub(super) const ADMINS: &str = "SELECT count(*) FROM person
    WHERE connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL AND password_hash IS NOT NULL";
/// Whether anyone can sign in, in every schema there was.
pub(super) const ACCOUNTS: &str =
    "SELECT EXISTS (SELECT 1 FROM main.person WHERE password_hash IS NOT NULL AND deleted_at IS NULL)";
/// In this schema, without those who are blocked.
pub(super) const SIGNING_ADMINS: &str =
    "connection_id IS NULL AND role = 'admin' AND active = 1 AND deleted_at IS NULL
    AND password_hash IS NOT NULL AND blocked_at IS NULL";

/// SQLite's own check, and that nothing points at a row that is not there.
pub(super) async fn holds_together(conn: &mut SqliteConnection, check: &str) -> Result<(), Checked> {
    let sql = format!("PRAGMA {check}(1)");
    let found: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await?;
    if found != "ok" {
        return Err(RestoreRefusal::Damaged(found).into());
    }
    if sqlx::query("PRAGMA foreign_key_check").fetch_optional(conn).await?.is_some() {
        let dangling = "a row points at another one that is not there".to_owned();
        return Err(RestoreRefusal::Damaged(dangling).into());
    }
    Ok(())
}

/// All checks before a backup is accepted.
pub(super) async fn is_ours(conn: &mut SqliteConnection) -> Result<(), Checked> {
    let migrations: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success = 1 ORDER BY version")
            .fetch_all(&mut *conn)
            .await
            .map_err(|error| {
                tracing::debug!(%error, "no migrations in it");
                if fault_of_content(&error).is_some() {
                    Checked::Refusal(RestoreRefusal::Foreign)
                } else {
                    Checked::Sql(error)
                }
            })?;
    let known = DatabaseFile::Workspace.newest();
    let found = migrations.last().map_or(0, |(version, _)| *version);
    if found > known {
        return Err(RestoreRefusal::Newer { found, known }.into());
    }
    holds_together(conn, "integrity_check").await?;
    let here = schema(conn).await?;
    let wanted = made_by(&migrations).await?;
    if let Some(odd) = here.iter().find(|one| !wanted.contains(one)) {
        return Err(RestoreRefusal::Altered(format!("the {} {}", odd.kind, odd.name)).into());
    }
    if let Some(missing) = wanted.iter().find(|one| !here.contains(one)) {
        return Err(RestoreRefusal::Altered(format!("no {} {}", missing.kind, missing.name)).into());
    }
    let admins: i64 = sqlx::query_scalar(ADMINS).fetch_one(&mut *conn).await?;
    // A workspace that is only served headless has no accounts; the command line looks after it.
    let accounts: bool = sqlx::query_scalar(ACCOUNTS).fetch_one(conn).await?;
    if admins == 0 && accounts { Err(RestoreRefusal::NoAdmin.into()) } else { Ok(()) }
}

/// A refusal, or that it could not be found out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Checked {
    #[error(transparent)]
    Refusal(#[from] RestoreRefusal),
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

impl Checked {
    /// Why the content is refused.
    ///
    /// # Errors
    /// SQLite's, where the disk, the memory or another process is in the way of the check.
    pub(super) fn refusal(self) -> Result<RestoreRefusal, sqlx::Error> {
        match self {
            Self::Refusal(why) => Ok(why),
            Self::Sql(error) => fault_of_content(&error).map(RestoreRefusal::Damaged).ok_or(error),
        }
    }

    #[track_caller]
    pub(super) fn of(self, file: &std::path::Path) -> Error {
        match self.refusal() {
            Ok(why) => Error::of_refusal(file)(why),
            Err(error) => error.into(),
        }
    }
}

#[derive(PartialEq, Eq, sqlx::FromRow)]
struct Part {
    kind: String,
    name: String,
    of: String,
    sql: Option<String>,
}

async fn schema(conn: &mut SqliteConnection) -> Result<Vec<Part>, sqlx::Error> {
    sqlx::query_as(
        "SELECT type AS kind, name, tbl_name AS of, sql FROM sqlite_master
         WHERE NOT (type = 'table' AND name = '_sqlx_migrations') AND name <> 'sqlite_autoindex__sqlx_migrations_1'",
    )
    .fetch_all(conn)
    .await
}

/// The schema that these migrations make, by making it.
async fn made_by(migrations: &[(i64, Vec<u8>)]) -> Result<Vec<Part>, Checked> {
    let mut empty = SqliteConnection::connect("sqlite::memory:").await?;
    for (version, checksum) in migrations {
        let same = DatabaseFile::Workspace
            .migrator()
            .iter()
            .find(|one| one.version == *version && one.checksum.as_ref() == checksum.as_slice());
        let Some(migration) = same else {
            return Err(
                RestoreRefusal::Altered(format!("step {version} of its schema in another form")).into()
            );
        };
        empty.execute(sqlx::raw_sql(migration.sql.clone())).await?;
    }
    let made = schema(&mut empty).await;
    drop(empty.close().await);
    Ok(made?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    #[tokio::test]
    async fn what_is_in_the_way_of_a_check_is_not_said_of_the_backup() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("one.db"))
            .create_if_missing(true)
            .busy_timeout(Duration::ZERO);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        let table = "CREATE TABLE _sqlx_migrations (version INTEGER, checksum BLOB, success INTEGER)";
        conn.execute(table).await.unwrap();
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        other.execute("BEGIN EXCLUSIVE").await.unwrap();
        let file = Path::new("acme.backup");
        let whole = holds_together(&mut conn, "integrity_check").await.unwrap_err().of(file);
        let ours = is_ours(&mut conn).await.unwrap_err().of(file);
        for error in [whole, ours] {
            assert!(matches!(error, Error::Sql(_)), "it says what is in the way: {error}");
        }
        other.execute("COMMIT").await.unwrap();
        assert!(holds_together(&mut conn, "integrity_check").await.is_ok(), "it is whole");
        let mut empty = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let foreign = is_ours(&mut empty).await.unwrap_err().refusal();
        assert!(matches!(foreign, Ok(RestoreRefusal::Foreign)), "this is said of the content: {foreign:?}");
    }
}

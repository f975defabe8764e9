//! Making a backup: written under another name, read back, sealed, synced, named.

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use super::check::{self, ADMINS};
use super::folder::{self, Backup, default_folder, spawn_blocking_io};
use super::seal::{self, BackupFacts, BackupKind, MoveManifest};
use crate::Error;
use crate::database_file::DatabaseFile;
use crate::private_file::{create, create_folder, sync_folder};

/// Before a migration of the live file: a backup beside it, named with both versions.
pub(crate) async fn before_migration(data: &Path, from: i64, to: i64, now: Timestamp) -> Result<(), Error> {
    let folder = default_folder(data);
    let name = folder::free_name(&folder, now, &format!("schema-{from}-to-{to}"));
    let live = data.join(DatabaseFile::Workspace.file());
    let made = make(&live, &folder.join(name), BackupKind::Migration, None, now)
        .await
        .map_err(|source| Error::NotBackedUp { source: Box::new(source) })?;
    tracing::info!(file = %made.path.display(), "backed up before the database is changed");
    Ok(())
}

/// Makes the backup `path`, whose folder is made if need be. `moved` is what makes it a move.
pub(super) async fn make(
    live: &Path,
    path: &Path,
    kind: BackupKind,
    moved: Option<MoveManifest>,
    now: Timestamp,
) -> Result<Backup, Error> {
    let refuse = |why: String| Error::NoBackup { place: path.to_owned(), why };
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder.join(format!(".{name}.{}.part", std::process::id()));
    create_folder(folder).map_err(|error| refuse(error.to_string()))?;
    let made = match written(live, &fresh, kind, now).await {
        Ok(facts) => {
            let facts = BackupFacts { moved, ..facts };
            let (from, to) = (fresh.clone(), path.to_owned());
            spawn_blocking_io(move || {
                seal::close(&from, &facts)?;
                fs::rename(&from, &to)?;
                let named = to.parent().map_or(Ok(()), sync_folder).and_then(|()| {
                    folder::of(&to).ok_or_else(|| io::Error::other("it could not be read back"))
                });
                // What is called a failure must not be taken for a backup, or for a move, later.
                named.inspect_err(|_| drop(fs::remove_file(&to)))
            })
            .await
            .map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    if made.is_err() {
        // What is left of it is no backup; one that was removed already is no error.
        drop(fs::remove_file(&fresh));
    }
    made.map_err(refuse)
}

async fn written(live: &Path, fresh: &Path, kind: BackupKind, now: Timestamp) -> Result<BackupFacts, Error> {
    create(fresh).map_err(|source| Error::NotWritable { folder: fresh.to_owned(), source })?;
    // A separate connection: it reads one moment of the database while the writer continues.
    let mut conn = SqliteConnection::connect_with(&DatabaseFile::Workspace.options(live)).await?;
    let done =
        sqlx::query("VACUUM INTO $1").bind(fresh.to_string_lossy().into_owned()).execute(&mut conn).await;
    drop(conn.close().await);
    done?;
    let mut copy = SqliteConnection::connect_with(&read_only(fresh)).await?;
    let facts = async {
        check::holds_together(&mut copy, "quick_check").await.map_err(|error| error.of(fresh))?;
        facts(&mut copy, kind, now).await
    }
    .await;
    drop(copy.close().await);
    facts
}

/// A file that no process writes: no lock, no file beside it.
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
        moved: None,
    })
}

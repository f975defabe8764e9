//! Putting a backup in the place of the workspace. It is copied, checked, migrated and paused at the side; then one
//! rename decides, and whoever opens the folder next carries it out. Killed before that rename, the old workspace is
//! there; after it, the restored one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _};

use super::{Backup, BackupKind, Refusal, check, create, default_folder, folder, in_background, seal};
use crate::db::{self, Which};
use crate::{Error, Store};

/// The copy while it is made ready.
const ASIDE: &str = "restore.part";
/// The copy once it is decided that it becomes the workspace.
const DECIDED: &str = "restore.ready";
/// The setting in a restored workspace that says what was restored.
const RESTORED: &str = "backup.restored";

/// What stands here now and not in the backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    pub people: u64,
    pub groups: u64,
    pub connections: u64,
    pub changes: u64,
    /// People who lost access since, and would have it again.
    pub leavers: u64,
    /// Tokens that were revoked since, and would be taken again.
    pub tokens: u64,
}

/// What was restored, as the restored workspace remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// When the backup was made.
    pub made_at: i64,
    /// People who have access again. Nothing when the old workspace could not be read.
    pub leavers: Option<u64>,
}

/// A backup, ready at the side.
#[derive(Debug)]
pub struct Prepared {
    pub backup: Backup,
    /// Nothing when the workspace that is there cannot be read.
    pub lost: Option<Lost>,
    data: PathBuf,
}

impl Prepared {
    /// Copies, checks and migrates `file` at the side of the workspace in `data`, which stays as it is. Whoever calls
    /// holds the folder.
    ///
    /// # Errors
    /// [`Error::Backup`] with the reason why it is refused.
    pub async fn of(data: &Path, file: &Path, now: Timestamp) -> Result<Self, Error> {
        let aside = data.join(ASIDE);
        let ready = Self::at(data, file, &aside, now, Some(&data.join(Which::Workspace.file()))).await;
        if ready.is_err() {
            drop(fs::remove_file(&aside));
        }
        ready
    }

    async fn at(
        data: &Path,
        file: &Path,
        aside: &Path,
        now: Timestamp,
        live: Option<&Path>,
    ) -> Result<Self, Error> {
        let unreadable = |source| Error::NotReadable { file: file.to_owned(), source };
        create(aside).map_err(|source| Error::NotWritable { folder: aside.to_owned(), source })?;
        let (from, to) = (file.to_owned(), aside.to_owned());
        let opened = in_background(move || seal::open(&from, &to)).await.map_err(unreadable)?;
        if let Err(why) = opened {
            return Err(Error::of_refusal(file)(told(why, aside).await));
        }
        let backup = folder::of(file).ok_or_else(|| Error::of_refusal(file)(Refusal::Changed))?;
        let mut conn = SqliteConnection::connect_with(&writing(aside)).await?;
        let done = Self::ready(&mut conn, live, file, &backup, now).await;
        drop(conn.close().await);
        let lost = done?;
        Ok(Self { backup, lost, data: data.to_owned() })
    }

    async fn ready(
        conn: &mut SqliteConnection,
        live: Option<&Path>,
        file: &Path,
        backup: &Backup,
        now: Timestamp,
    ) -> Result<Option<Lost>, Error> {
        check::is_ours(conn).await.map_err(|error| error.of(file))?;
        Which::Workspace.migrator().run_direct(None, &mut *conn, false).await?;
        let lost = match live {
            Some(live) => Some(compare(conn, live).await?),
            None => None,
        };
        let restored = Restored {
            at: now.as_millisecond(),
            made_at: backup.facts.made_at,
            leavers: lost.map(|lost| lost.leavers),
        };
        let told = serde_json::to_string(&restored).unwrap_or_default();
        let mut tx = conn.begin().await?;
        // Two servers must not answer, and whoever left since must not be let in unseen.
        sqlx::query(
            "UPDATE connection SET paused_at = $1, paused_by = NULL, paused_together = 0, restored_at = $1",
        )
        .bind(restored.at)
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM stay").execute(&mut *tx).await?;
        sqlx::query(
            "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2",
        )
        .bind(RESTORED)
        .bind(told)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(lost)
    }

    /// Leaves the workspace as it is.
    pub fn forget(self) {
        drop(fs::remove_file(self.data.join(ASIDE)));
    }

    /// Decides that the copy becomes the workspace. It does as soon as the folder is opened the next time.
    ///
    /// # Errors
    /// When the system refuses; then the old workspace stays.
    pub fn decide(self) -> Result<(), Error> {
        let (aside, decided) = (self.data.join(ASIDE), self.data.join(DECIDED));
        let done = fs::File::open(&aside)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&aside, &decided))
            .and_then(|()| folder::sync(Some(&self.data)));
        done.map_err(|source| Error::NotWritable { folder: decided, source })
    }

    /// Restores where nothing runs and the workspace may be damaged beyond opening: what can still be read is backed
    /// up, what cannot is kept beside as it is.
    ///
    /// # Errors
    /// As [`Prepared::of`]; and [`Error::Held`] when an instance runs.
    pub async fn restore_unopened(data: &Path, file: &Path, now: Timestamp) -> Result<Self, Error> {
        let _lock = db::lock(data)?;
        // A damaged file is better not opened once more, so nothing is compared.
        let ready = Self::at(data, file, &data.join(ASIDE), now, None).await?;
        let refuse = |source| Error::NotWritable { folder: data.to_owned(), source };
        keep_damaged(data, now).map_err(refuse)?;
        let told = Self { backup: ready.backup.clone(), lost: ready.lost, data: data.to_owned() };
        ready.decide()?;
        finish(data).map_err(refuse)?;
        Ok(told)
    }
}

impl Store {
    /// Ends writing for good, keeps the workspace as a backup of its own and decides for the copy. Reads go on; the
    /// store is to be closed and opened again.
    ///
    /// # Errors
    /// Those of a backup; then nothing is decided.
    pub async fn give_way(&self, to: Prepared) -> Result<Backup, Error> {
        self.end_writing().await;
        let kept = self.back_up(&default_folder(self.folder()), BackupKind::Restore).await;
        match kept {
            Ok(kept) => {
                to.decide()?;
                Ok(kept)
            }
            Err(error) => {
                to.forget();
                Err(error)
            }
        }
    }

    /// What this workspace was restored from, if an Admin has not put it away since.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn restored(&self) -> Result<Option<Restored>, Error> {
        Ok(self.setting(RESTORED).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The connections that the restore paused and nobody has resumed.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn paused_by_restore(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM connection WHERE restored_at IS NOT NULL AND paused_at IS NOT NULL",
        )
        .fetch_all(self.readers())
        .await?)
    }
}

/// Carries a decided restore out, and clears what an undecided one left. Called while the folder is held, before
/// anything in it is opened. Answers whether there was one.
pub(crate) fn finish(data: &Path) -> io::Result<bool> {
    let live = data.join(Which::Workspace.file());
    let decided = data.join(DECIDED);
    for left in [ASIDE, "restore.part-journal"] {
        gone(&data.join(left))?;
    }
    if !decided.exists() {
        return Ok(false);
    }
    // The old file's log must not be played into the new one, so it goes first, and durably.
    gone(&live.with_extension("db-wal"))?;
    gone(&live.with_extension("db-shm"))?;
    folder::sync(Some(data))?;
    fs::rename(&decided, &live)?;
    folder::sync(Some(data))?;
    tracing::info!("a backup was put in the place of the workspace");
    Ok(true)
}

fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies the files that cannot be opened into a folder of their own.
fn keep_damaged(data: &Path, now: Timestamp) -> io::Result<()> {
    let into = default_folder(data).join(format!("damaged-{}", now.strftime("%Y%m%d-%H%M%S")));
    for file in ["foundational.db", "foundational.db-wal"] {
        let from = data.join(file);
        if from.exists() {
            folder::private(&into)?;
            let mut copy = create(&into.join(file))?;
            io::copy(&mut fs::File::open(&from)?, &mut copy)?;
            copy.sync_all()?;
        }
    }
    if into.exists() { folder::sync(Some(&into)) } else { Ok(()) }
}

/// A changed file may be damaged as well, which is the nearer reason.
async fn told(why: Refusal, aside: &Path) -> Refusal {
    if why != Refusal::Changed {
        return why;
    }
    let Ok(mut conn) = SqliteConnection::connect_with(&writing(aside)).await else {
        return Refusal::Damaged("the database in it cannot be opened".to_owned());
    };
    let found = check::holds_together(&mut conn, "integrity_check").await;
    drop(conn.close().await);
    found.err().unwrap_or(why)
}

/// The copy at the side: without a log of its own, so that the one file is all there is.
fn writing(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0")
        .pragma("secure_delete", "ON")
}

async fn compare(conn: &mut SqliteConnection, live: &Path) -> Result<Lost, sqlx::Error> {
    sqlx::query("ATTACH $1 AS here").bind(live.to_string_lossy().into_owned()).execute(&mut *conn).await?;
    let counted = count(conn).await;
    sqlx::query("DETACH here").execute(conn).await?;
    counted
}

async fn count(conn: &mut SqliteConnection) -> Result<Lost, sqlx::Error> {
    let mut counts = [0_u64; 6];
    for (place, sql) in counts.iter_mut().zip([
        "SELECT count(*) FROM here.person p WHERE deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM main.person b WHERE b.id = p.id AND b.deleted_at IS NULL)",
        "SELECT count(*) FROM here.scim_group g WHERE deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM main.scim_group b WHERE b.id = g.id AND b.deleted_at IS NULL)",
        "SELECT count(*) FROM here.connection c WHERE NOT EXISTS (SELECT 1 FROM main.connection b WHERE b.id = c.id)",
        "SELECT count(*) FROM here.change WHERE id > (SELECT coalesce(max(id), 0) FROM main.change)",
        "SELECT count(*) FROM main.person b WHERE active = 1 AND deleted_at IS NULL AND blocked_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM here.person p
                 WHERE p.id = b.id AND p.active = 1 AND p.deleted_at IS NULL AND p.blocked_at IS NULL)",
        "SELECT count(*) FROM main.token b WHERE revoked_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM here.token t WHERE t.id = b.id AND t.revoked_at IS NULL)",
    ]) {
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await?;
        *place = found.try_into().unwrap_or(0);
    }
    let [people, groups, connections, changes, leavers, tokens] = counts;
    Ok(Lost { people, groups, connections, changes, leavers, tokens })
}

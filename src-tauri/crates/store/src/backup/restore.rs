//! Putting a backup in the place of the workspace. It is copied, checked, migrated and paused at the side; then one
//! rename decides, and the next process that opens the folder carries it out. Killed before that rename, the old workspace is
//! there; after it, the restored one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::aside;
use super::carry_over::{self, CarriedOver};
use super::folder::{Backup, default_folder};
use super::seal::BackupKind;
use crate::database_file::DatabaseFile;
use crate::private_file::{create, create_folder, sync_folder};
use crate::{AuditEntry, Error, Store, UndoObstacle, audit, audit_chain, folder_lock};

/// The setting in a restored workspace that says what was restored.
const RESTORED: &str = "backup.restored";

/// What is here now and not in the backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreLoss {
    pub people: u64,
    pub groups: u64,
    pub connections: u64,
    pub changes: u64,
}

/// What was restored, as the restored workspace remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestoreRecord {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// When the backup was made.
    pub made_at: i64,
    /// What ended since and ended in the backup too.
    #[serde(default)]
    pub carried: CarriedOver,
}

/// A backup, ready at the side.
#[derive(Debug)]
pub struct PreparedRestore {
    pub backup: Backup,
    /// Nothing when the workspace that is there cannot be read.
    pub lost: Option<RestoreLoss>,
    /// What is taken out of it, as far as is known now.
    pub carried: CarriedOver,
    data: PathBuf,
    file: PathBuf,
    admin: Option<String>,
}

/// What is in the place of the workspace when a copy is made ready.
#[derive(Clone, Copy)]
enum Source<'s> {
    /// The workspace in this file, which is compared with.
    Live(&'s Path),
    /// One that is not read. The copy is changed for good, with this audit entry.
    Unread(&'s AuditEntry),
}

impl PreparedRestore {
    /// Copies, checks and migrates `file` at the side of the workspace in `data`, which is not changed. The caller
    /// holds the folder. Where nothing is known of what ended since the backup, `admin` names the local Admin who may
    /// sign in.
    ///
    /// # Errors
    /// [`Error::Backup`] with the reason why it is refused.
    pub async fn of(data: &Path, file: &Path, now: Timestamp, admin: Option<&str>) -> Result<Self, Error> {
        let live = data.join(DatabaseFile::Workspace.file());
        let ready = Self::at(data, file, now, admin, Source::Live(&live)).await;
        if ready.is_err() {
            aside::forget(data);
        }
        ready
    }

    async fn at(
        data: &Path,
        file: &Path,
        now: Timestamp,
        admin: Option<&str>,
        source: Source<'_>,
    ) -> Result<Self, Error> {
        let mut ready = Self {
            backup: aside::copy(data, file).await?,
            lost: None,
            carried: CarriedOver::default(),
            data: data.to_owned(),
            file: file.to_owned(),
            admin: admin.map(str::to_owned),
        };
        let mut conn = aside::open(data, file).await?;
        let done = ready.make_ready(&mut conn, source, now).await;
        drop(conn.close().await);
        done?;
        Ok(ready)
    }

    async fn make_ready(
        &mut self,
        conn: &mut SqliteConnection,
        source: Source<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        aside::check_and_migrate(conn, &self.file).await?;
        match source {
            Source::Live(live) => {
                // The workspace may change until it is replaced, so this is only tried here.
                self.carried = self.change(conn, Some(live), now, None).await?;
                self.lost = Some(compare(conn, live).await?);
            }
            Source::Unread(entry) => self.carried = self.change(conn, None, now, Some(entry)).await?,
        }
        Ok(())
    }

    /// Takes out of the copy what ended since, and pauses it: in one transaction, which is committed with the audit
    /// entry of the restore, or undone without one.
    async fn change(
        &self,
        conn: &mut SqliteConnection,
        live: Option<&Path>,
        now: Timestamp,
        commit: Option<&AuditEntry>,
    ) -> Result<CarriedOver, Error> {
        if let Some(live) = live {
            attach(conn, live).await?;
        }
        let at = now.as_millisecond();
        let mut tx = conn.begin().await?;
        let admin = self.admin.as_deref();
        let carried = match live {
            Some(_) => carry_over::over(&mut tx, at, admin).await,
            None => carry_over::hold(&mut tx, at, admin).await,
        };
        let carried = carried.map_err(|error| error.of(&self.file))?;
        if live.is_some() {
            audit_chain::carry(&mut tx).await?;
        }
        if let Some(entry) = commit {
            let restored = RestoreRecord { at, made_at: self.backup.facts.made_at, carried: carried.clone() };
            pause(&mut tx, &restored).await?;
            if live.is_some() {
                carry_move(&mut tx).await?;
            }
            audit::append(&mut tx, now, entry).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        if live.is_some() {
            sqlx::query("DETACH here").execute(conn).await?;
        }
        Ok(carried)
    }

    /// Once more and for good, after the last write of the workspace that is there.
    async fn change_for_good(&mut self, now: Timestamp, entry: &AuditEntry) -> Result<(), Error> {
        let live = self.data.join(DatabaseFile::Workspace.file());
        let mut conn = SqliteConnection::connect_with(&aside::writing(&self.data)).await?;
        let carried = self.change(&mut conn, Some(&live), now, Some(entry)).await;
        drop(conn.close().await);
        self.carried = carried?;
        Ok(())
    }

    /// Leaves the workspace as it is.
    pub fn forget(self) {
        aside::forget(&self.data);
    }

    /// Decides that the copy becomes the workspace. It does as soon as the folder is opened the next time.
    ///
    /// # Errors
    /// When the system refuses; then the old workspace remains.
    pub fn decide(self) -> Result<(), Error> {
        aside::decide(&self.data)
    }

    /// Restores where nothing runs and the workspace may be damaged beyond opening: what can still be read is backed
    /// up, what cannot is copied beside as it is. Nothing is known of what ended since the backup, so everyone in it is
    /// deactivated until confirmed, except for the local Admin of the userName `admin`, or the only one. The audit entries
    /// of the workspace that cannot be opened remain in what was copied beside.
    ///
    /// # Errors
    /// As [`PreparedRestore::of`]; and [`Error::FolderInUse`] when an instance runs.
    pub async fn restore_unopened(
        data: &Path,
        file: &Path,
        now: Timestamp,
        admin: Option<&str>,
        entry: &AuditEntry,
    ) -> Result<(Backup, CarriedOver), Error> {
        let _lock = folder_lock::lock(data)?;
        // A damaged file is better not opened once more, so nothing is compared.
        let ready = Self::at(data, file, now, admin, Source::Unread(entry)).await?;
        let refuse = |source| Error::NotWritable { folder: data.to_owned(), source };
        copy_damaged(data, now).map_err(refuse)?;
        let result = (ready.backup.clone(), ready.carried.clone());
        ready.decide()?;
        aside::finish(data).map_err(refuse)?;
        Ok(result)
    }
}

impl Store {
    /// Ends writing for good, carries over into the copy what ended since its backup, backs the workspace up and
    /// decides for the copy, which has `entry` among its audit entries. Reads go on; the store is to be closed and opened
    /// again.
    ///
    /// # Errors
    /// Those of a backup, and refusals of what was carried over; then nothing is decided.
    pub async fn replace_workspace_with(
        &self,
        mut to: PreparedRestore,
        entry: &AuditEntry,
    ) -> Result<(Backup, CarriedOver), Error> {
        self.end_writing().await;
        let changed = to.change_for_good(self.clock().now(), entry).await;
        let backed_up = match changed {
            Ok(()) => self.back_up(&default_folder(self.folder()), BackupKind::Restore).await,
            Err(error) => Err(error),
        };
        match backed_up {
            Ok(backup) => {
                let carried = to.carried.clone();
                to.decide()?;
                Ok((backup, carried))
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
    pub async fn last_restore(&self) -> Result<Option<RestoreRecord>, Error> {
        Ok(self.setting(RESTORED).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The connections that the restore paused and no Admin has resumed.
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

/// Copies the files that cannot be opened into a folder of their own.
fn copy_damaged(data: &Path, now: Timestamp) -> io::Result<()> {
    let into = default_folder(data).join(format!("damaged-{}", now.strftime("%Y%m%d-%H%M%S")));
    for file in ["foundational.db", "foundational.db-wal"] {
        let from = data.join(file);
        if from.exists() {
            create_folder(&into)?;
            let mut copy = create(&into.join(file))?;
            io::copy(&mut fs::File::open(&from)?, &mut copy)?;
            copy.sync_all()?;
        }
    }
    if into.exists() { sync_folder(&into) } else { Ok(()) }
}

/// Two servers must not answer, and an Admin is to look before providers write on.
async fn pause(conn: &mut SqliteConnection, restored: &RestoreRecord) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE connection SET paused_at = $1, paused_by = NULL, paused_by_pause_all = 0, restored_at = $1",
    )
    .bind(restored.at)
    .execute(&mut *conn)
    .await?;
    aside::end_unfinished(conn, restored.at, &UndoObstacle::Restored).await?;
    sqlx::query(
        "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2",
    )
    .bind(RESTORED)
    .bind(serde_json::to_string(restored).unwrap_or_default())
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether this computer has the copy that was left, or the one that was moved here, is true of it whatever is restored on it.
async fn carry_move(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE connection SET moved = (SELECT moved FROM here.connection WHERE moved IS NOT NULL LIMIT 1)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn attach(conn: &mut SqliteConnection, live: &Path) -> Result<(), sqlx::Error> {
    sqlx::query("ATTACH $1 AS here").bind(live.to_string_lossy().into_owned()).execute(conn).await?;
    Ok(())
}

async fn compare(conn: &mut SqliteConnection, live: &Path) -> Result<RestoreLoss, sqlx::Error> {
    attach(conn, live).await?;
    let counted = count(conn).await;
    sqlx::query("DETACH here").execute(conn).await?;
    counted
}

async fn count(conn: &mut SqliteConnection) -> Result<RestoreLoss, sqlx::Error> {
    let mut counts = [0_u64; 4];
    for (place, sql) in counts.iter_mut().zip([
        "SELECT count(*) FROM here.person p WHERE deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM main.person b WHERE b.id = p.id AND b.deleted_at IS NULL)",
        "SELECT count(*) FROM here.scim_group g WHERE deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM main.scim_group b WHERE b.id = g.id AND b.deleted_at IS NULL)",
        "SELECT count(*) FROM here.connection c WHERE NOT EXISTS (SELECT 1 FROM main.connection b WHERE b.id = c.id)",
        "SELECT count(*) FROM here.change WHERE id > (SELECT coalesce(max(id), 0) FROM main.change)",
    ]) {
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await?;
        *place = found.try_into().unwrap_or(0);
    }
    let [people, groups, connections, changes] = counts;
    Ok(RestoreLoss { people, groups, connections, changes })
}

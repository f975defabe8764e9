//! The open store: one writer, readers beside it, the request log.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use sqlx::sqlite::SqlitePool;
use tokio::sync::broadcast;

use crate::database_file::{DAMAGE_FLAG, DatabaseFile};
use crate::disk_space::GivesWay;
use crate::first_uses::FirstUses;
use crate::folder_lock::FolderLock;
use crate::health::Health;
use crate::lookup_connection::LookupConnection;
use crate::memory::Memory;
use crate::read_permits::ReadPermits;
use crate::recorder::Recorder;
use crate::rows_read::RowsRead;
use crate::workspace_check::WorkspaceCheck;
use crate::writer::Writer;
use crate::{Clock, Error, Ids, Scope, StoreEvent, Tx, WriteFailure};

/// The open store. Cheap to clone; [`Store::close`] ends it for every clone.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) folder: PathBuf,
    pub(crate) writer: Writer,
    pub(crate) readers: SqlitePool,
    pub(crate) lookups: LookupConnection,
    pub(crate) read_permits: ReadPermits,
    pub(crate) recorder: Recorder,
    pub(crate) activity_readers: SqlitePool,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) events: broadcast::Sender<StoreEvent>,
    pub(crate) member_rows: RowsRead,
    pub(crate) memory: Memory,
    pub(crate) restored: bool,
    pub(crate) ended_uncleanly: bool,
    pub(crate) check: WorkspaceCheck,
    pub(crate) health: Health,
    pub(crate) first_uses: FirstUses,
    /// The latest time as it is written in the file, in milliseconds since 1970.
    pub(crate) written_time: AtomicI64,
    /// Held until the store is closed, or dropped and its writers have ended.
    pub(crate) lock: Mutex<Option<FolderLock>>,
}

impl Store {
    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Whether opening it put a backup in the place of what was there.
    pub fn was_restored(&self) -> bool {
        self.0.restored
    }

    /// The clock by which everything here is dated.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Draws an id for a request before anything is known about it.
    pub fn new_id(&self) -> String {
        self.0.ids.ordered(self.0.clock.now())
    }

    /// What changes from now on. A listener that falls 1,024 events behind gets `Lagged`.
    pub fn events(&self) -> broadcast::Receiver<StoreEvent> {
        self.0.events.subscribe()
    }

    /// Runs `work` in a transaction and returns after the commit that made it durable; an `Err` undoes all of it.
    /// Writes that arrive together share one commit. The work continues when the caller is dropped.
    ///
    /// # Errors
    /// The work's own, or [`Error::NotCommitted`] and [`Error::Closed`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        self.0.writer.write(work).await
    }

    /// The same for a connection's provider. It is asked inside the transaction whether the connection is still here and not
    /// paused, so that nothing is written to one whose deletion or pause was decided a moment ago, and whether what is taken
    /// away is held. While the disk has space for removals alone, what takes nothing away is refused.
    ///
    /// # Errors
    /// [`Error::ConnectionGone`], [`Error::ConnectionPaused`], [`Error::RemovalHeld`], [`Error::NoRoom`], and those of
    /// [`Store::write`].
    pub async fn write_for<T, E, F>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        let scope = scope.clone();
        let done: Result<Result<T, E>, E> =
            self.write(async move |tx: &mut Tx| tx.for_client(&scope, work).await).await;
        done.flatten()
    }

    /// Commits what was queued, moves both WALs into their files, closes them and then releases the folder, also
    /// where another part of the program still has a clone of this.
    pub async fn close(&self) {
        self.0.check.end().await;
        self.0.writer.close().await;
        self.0.recorder.close().await;
        self.0.readers.close().await;
        self.0.lookups.close().await;
        self.0.activity_readers.close().await;
        drop(self.0.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Commits what was queued; later writes fail. Reads continue.
    pub(crate) async fn end_writing(&self) {
        self.0.writer.close().await;
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        &self.0.recorder
    }

    pub(crate) fn announce(&self, event: StoreEvent) {
        // No listener is fine.
        drop(self.0.events.send(event));
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    pub(crate) fn activity_readers(&self) -> &SqlitePool {
        &self.0.activity_readers
    }

    /// Why changes of the workspace cannot be written, if that is so since the last try.
    pub fn workspace_write_failure(&self) -> Option<WriteFailure> {
        self.0.health.failure(DatabaseFile::Workspace)
    }

    /// Why requests cannot be recorded, if that is so since the last try.
    pub fn log_write_failure(&self) -> Option<WriteFailure> {
        self.0.health.failure(DatabaseFile::Activity)
    }

    /// How many bytes are free on the disk of the workspace, beside the reserve, as of a second ago at most; `None` where the
    /// system does not say it.
    pub fn free_disk(&self) -> Option<u64> {
        self.0.health.disk().free()
    }

    /// Looks how much space is left: announces it if something else gives way than at the last look, and reserves space again
    /// once the disk has room.
    pub fn look_at_disk(&self) {
        self.0.health.look_at_disk();
    }

    /// Whether requests are logged: the log can be written, and does not give way on a disk with little space.
    pub fn is_logging(&self) -> bool {
        self.log_write_failure().is_none() && self.0.health.disk().gives_way() == GivesWay::Nothing
    }

    /// When the newest request with a token of a connection arrived that is not in the log: that gave way, or could not be written.
    /// Only what this process saw.
    pub fn last_unlogged(&self, connection_id: &str) -> Option<Timestamp> {
        self.0.recorder.last_unlogged(connection_id)
    }

    /// Writes something to the request log whose writing has failed, to find out whether it can. One that was found damaged
    /// takes some writes and refuses others: it is left until the next start begins a new one.
    ///
    /// # Errors
    /// SQLite's, and [`Error::Closed`].
    pub async fn test_log(&self) -> Result<(), Error> {
        if self.folder().join(DAMAGE_FLAG).exists() {
            return Ok(());
        }
        // The value of every file here; its page is written nevertheless.
        let written = self.recorder().work(async move |conn| {
            sqlx::query("PRAGMA user_version = 0").execute(conn).await?;
            Ok(())
        });
        written.await?;
        self.0.health.succeeded(DatabaseFile::Activity);
        Ok(())
    }

    /// Writes something, to find out whether it can.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn test_write(&self) -> Result<(), Error> {
        let now = self.clock().now().to_string();
        self.write(async move |tx| tx.set("health.tried", Some(&now)).await).await
    }
}

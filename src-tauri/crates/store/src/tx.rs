//! The inside of one write: what the code of this crate writes with.

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;

use crate::brake::Removal;
use crate::disk_space::{DiskSpace, GivesWay};
use crate::memory::Memory;
use crate::rows_read::RowsRead;
use crate::tx_connection::TxConnection;
use crate::{Clock, Error, Ids, Scope, StoreEvent};

/// The inside of one write: a savepoint on the only writing connection.
pub struct Tx {
    pub(crate) conn: TxConnection,
    pub(crate) now: Timestamp,
    pub(crate) clock: Clock,
    ids: Ids,
    pub(crate) notices: Vec<StoreEvent>,
    pub(crate) member_rows: RowsRead,
    pub(crate) memory: Memory,
    /// The connections whose deletion was decided in this transaction, which is not committed yet.
    pub(crate) leaving: Vec<String>,
    /// The connections that were paused in this transaction, which is not committed yet, each with who paused it.
    pub(crate) pausing: Vec<(String, String)>,
    disk: DiskSpace,
    /// The write that runs is a client's, and is refused unless it takes something away: the disk has space for nothing else.
    pub(crate) is_for_removals: bool,
    /// What the write that runs takes away, where that decides whether it is refused: here, and in `brake/decide.rs`.
    pub(crate) removals: Vec<Removal>,
    /// What was held before and the write that runs wants to remain.
    pub(crate) withdrawn: Vec<Removal>,
}

impl Tx {
    /// The inside of all writes on this connection.
    pub(crate) fn new(
        conn: SqliteConnection,
        memory: Memory,
        clock: Clock,
        ids: Ids,
        member_rows: RowsRead,
        disk: DiskSpace,
    ) -> Self {
        let (now, conn) = (clock.now(), TxConnection::new(conn));
        Self {
            conn,
            now,
            clock,
            ids,
            notices: Vec::new(),
            member_rows,
            memory,
            leaving: Vec::new(),
            pausing: Vec::new(),
            disk,
            is_for_removals: false,
            removals: Vec::new(),
            withdrawn: Vec::new(),
        }
    }

    /// The time of this write.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Draws an id that sorts after the earlier ones.
    pub fn new_id(&self) -> String {
        self.ids.ordered(self.now)
    }

    /// Draws an id that cannot be guessed.
    pub fn new_opaque_id(&self) -> String {
        self.ids.opaque()
    }

    /// Announces after the commit, and only then, that something changed.
    pub fn notify(&mut self, notice: StoreEvent) {
        self.notices.push(notice);
    }

    /// How many events are to be announced after the commit.
    pub(crate) fn noticed(&self) -> usize {
        self.notices.len()
    }

    /// Announces only the first so many of them: the others are of what was undone.
    pub(crate) fn keep_notices(&mut self, count: usize) {
        self.notices.truncate(count);
    }

    /// Whether a client of this connection may write at this moment: a request that was let in before a pause writes nothing
    /// after it, so that what is read then is all that was acknowledged. A resumption counts once it is committed.
    ///
    /// # Errors
    /// [`Error::ConnectionGone`] and [`Error::ConnectionPaused`].
    pub(crate) fn admits_client(&self, connection_id: &str) -> Result<(), Error> {
        if !self.is_here(connection_id) {
            return Err(Error::ConnectionGone);
        }
        if let Some(pause) =
            self.memory.clients.connection(connection_id).and_then(|known| known.pause.clone())
        {
            return Err(Error::ConnectionPaused(pause.by));
        }
        match self.pausing.iter().find(|(id, _)| id == connection_id) {
            Some((_, by)) => Err(Error::ConnectionPaused(Some(by.clone()))),
            None => Ok(()),
        }
    }

    /// Does what a connection's client wants, unless the connection is gone or paused. `Ok(Err)`: it holds back what was taken away, which
    /// is to be committed; of the work nothing remains.
    ///
    /// # Errors
    /// Those of [`Tx::admits_client`], [`Error::NoRoom`], the work's own, and SQLite's: nothing of it is to be committed.
    pub(crate) async fn for_client<T, E, F>(&mut self, scope: &Scope, work: F) -> Result<Result<T, E>, E>
    where
        E: From<Error>,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E>,
    {
        self.admits_client(scope.connection_id())?;
        self.removals.clear();
        self.withdrawn.clear();
        self.is_for_removals = self.has_room_for_removals_alone();
        let rows_before = if self.is_for_removals { self.conn.changed_rows().await } else { None };
        let notices = self.noticed();
        let done = work(&mut *self).await;
        let is_for_removals = std::mem::take(&mut self.is_for_removals);
        let done = done?;
        if is_for_removals {
            self.require_removal(rows_before).await?;
        }
        let is_held = self.holds_back(scope, notices).await?;
        Ok(if is_held { Err(E::from(Error::RemovalHeld)) } else { Ok(done) })
    }

    /// Whether a client may take something away and do nothing else, because little space is left on the disk.
    pub(crate) fn has_room_for_removals_alone(&self) -> bool {
        self.disk.gives_way() == GivesWay::Changes
    }

    /// Refuses a write that changed something and took nothing away. For one that took something away it makes room if the disk is
    /// full.
    ///
    /// # Errors
    /// [`Error::NoRoom`].
    async fn require_removal(&mut self, rows_before: Option<i64>) -> Result<(), Error> {
        if self.removals.is_empty() {
            let is_unchanged = self.conn.changed_rows().await == rows_before;
            return if is_unchanged { Ok(()) } else { Err(Error::NoRoom) };
        }
        self.disk.make_room();
        Ok(())
    }

    /// Undoes what was written since the last complete write.
    ///
    /// # Errors
    /// Why the transaction cannot be continued: it was never begun, or SQLite rolled it back (disk full, I/O error).
    pub(crate) async fn undo(&mut self) -> Result<(), String> {
        if let Some(why) = self.conn.not_begun() {
            return Err(why.to_owned());
        }
        self.conn.undo_write().await.map_err(|error| error.to_string())
    }
}

//! Whether what is written is really written: the last failure since the last success.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;

use crate::database_file::DatabaseFile;
use crate::disk_space::DiskSpace;
use crate::{Activity, StoreEvent};

/// Writing fails, and has not succeeded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFailure {
    /// The first failure after the last success.
    pub since: Timestamp,
    /// SQLite's last message.
    pub why: String,
}

#[derive(Debug, Default)]
struct State {
    workspace: Option<WriteFailure>,
    log: Option<WriteFailure>,
    /// When each connection was last called without a row in the log, since the start.
    not_logged: HashMap<String, Timestamp>,
}

impl State {
    fn failure(&mut self, what: DatabaseFile) -> &mut Option<WriteFailure> {
        match what {
            DatabaseFile::Workspace => &mut self.workspace,
            DatabaseFile::Activity => &mut self.log,
        }
    }
}

/// Shared by the writers and the store.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    state: Arc<Mutex<State>>,
    disk: DiskSpace,
    events: broadcast::Sender<StoreEvent>,
}

impl Health {
    pub(crate) fn new(disk: DiskSpace, events: broadcast::Sender<StoreEvent>) -> Self {
        Self { state: Arc::default(), disk, events }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn succeeded(&self, what: DatabaseFile) {
        let ended = self.state().failure(what).take().is_some();
        self.announce(ended);
    }

    pub(crate) fn failed(&self, what: DatabaseFile, at: Timestamp, why: &str) {
        let why = if self.disk.is_full() { format!("the disk is full ({why})") } else { why.to_owned() };
        // The reserve is for changes.
        let gave_up = what == DatabaseFile::Workspace && self.disk.make_room();
        let mut state = self.state();
        let failure = state.failure(what);
        let since = failure.as_ref().map_or(at, |earlier| earlier.since);
        let is_new = failure.replace(WriteFailure { since, why }).is_none();
        drop(state);
        self.announce(is_new || gave_up);
    }

    /// Why writing to this database fails, if it does since the last try.
    pub(crate) fn failure(&self, what: DatabaseFile) -> Option<WriteFailure> {
        self.state().failure(what).clone()
    }

    /// These exchanges happened, and are not in the log.
    pub(crate) fn not_logged(&self, rows: &[Activity]) {
        let mut state = self.state();
        for row in rows.iter().filter(|row| row.token_id.is_some()) {
            let newest = state.not_logged.entry(row.connection_id.clone()).or_insert(row.at);
            *newest = row.at.max(*newest);
        }
    }

    /// When the newest of them was that a token of this connection proved.
    pub(crate) fn last_not_logged(&self, connection_id: &str) -> Option<Timestamp> {
        self.state().not_logged.get(connection_id).copied()
    }

    pub(crate) fn disk(&self) -> &DiskSpace {
        &self.disk
    }

    /// Announces it if what gives way on the disk has changed.
    pub(crate) fn look_at_disk(&self) {
        self.announce(self.disk.look());
    }

    fn announce(&self, changed: bool) {
        if changed {
            // No listener is fine.
            drop(self.events.send(StoreEvent::Health));
        }
    }
}

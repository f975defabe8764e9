//! Whether what is written is really written: the last failure since the last success.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;

use crate::StoreEvent;
use crate::database_file::DatabaseFile;
use crate::disk_reserve::DiskReserve;

/// Writing fails, and has not succeeded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFailure {
    /// The first failure after the last success.
    pub since: Timestamp,
    /// SQLite's last message.
    pub why: String,
}

#[derive(Debug)]
struct State {
    workspace: Option<WriteFailure>,
    log: Option<WriteFailure>,
    reserve: DiskReserve,
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
    events: broadcast::Sender<StoreEvent>,
}

impl Health {
    pub(crate) fn new(folder: &Path, events: broadcast::Sender<StoreEvent>) -> Self {
        let state = State { workspace: None, log: None, reserve: DiskReserve::of(folder) };
        Self { state: Arc::new(Mutex::new(state)), events }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn succeeded(&self, what: DatabaseFile) {
        let ended = self.state().failure(what).take().is_some();
        self.announce(ended);
    }

    pub(crate) fn failed(&self, what: DatabaseFile, at: Timestamp, why: &str) {
        let mut state = self.state();
        let full = state.reserve.is_disk_full();
        let why = if full { format!("the disk is full ({why})") } else { why.to_owned() };
        let failure = state.failure(what);
        let since = failure.as_ref().map_or(at, |earlier| earlier.since);
        let is_new = failure.replace(WriteFailure { since, why }).is_none();
        let gave_up = full && state.reserve.give_up();
        drop(state);
        self.announce(is_new || gave_up);
    }

    /// Why writing to this database fails, if it does since the last try.
    pub(crate) fn failure(&self, what: DatabaseFile) -> Option<WriteFailure> {
        self.state().failure(what).clone()
    }

    /// Whether only the reserve that was given up is left.
    pub(crate) fn is_scarce(&self) -> bool {
        self.state().reserve.is_given_up()
    }

    pub(crate) fn free_disk(&self) -> Option<u64> {
        self.state().reserve.free()
    }

    pub(crate) fn renew_reserve(&self) {
        let renewed = self.state().reserve.renew();
        self.announce(renewed);
    }

    fn announce(&self, changed: bool) {
        if changed {
            // No listener is fine.
            drop(self.events.send(StoreEvent::Health));
        }
    }
}

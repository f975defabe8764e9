//! When the newest request of each connection arrived that is not in the log, as this process saw it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::Activity;

/// The requests whose rows could not be written, or gave way on a disk with little space. Clones share what is noted.
#[derive(Clone, Default)]
pub(crate) struct UnloggedRequests(Arc<Mutex<HashMap<String, Timestamp>>>);

impl UnloggedRequests {
    fn newest(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request that was sent with a token of its connection.
    pub(crate) fn note(&self, row: &Activity) {
        if row.token_id.is_none() {
            return;
        }
        let at = row.folded.as_ref().map_or(row.at, |folded| folded.last_at);
        let mut newest = self.newest();
        let known = newest.entry(row.connection_id.clone()).or_insert(at);
        *known = at.max(*known);
    }

    pub(crate) fn of(&self, connection_id: &str) -> Option<Timestamp> {
        self.newest().get(connection_id).copied()
    }
}

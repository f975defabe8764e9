//! When each token was used for the first time, as this process saw it.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

/// The tokens that were accepted, with the time of the first request.
#[derive(Default)]
pub(crate) struct FirstUses(RwLock<HashMap<String, Timestamp>>);

impl FirstUses {
    /// Notes that a request with this token was accepted. A later one changes nothing.
    pub(crate) fn note(&self, token_id: &str, now: impl FnOnce() -> Timestamp) {
        if self.of(token_id).is_none() {
            let mut uses = self.0.write().unwrap_or_else(PoisonError::into_inner);
            uses.entry(token_id.to_owned()).or_insert_with(now);
        }
    }

    /// Each token that was accepted, with the time of the first request.
    pub(crate) fn all(&self) -> HashMap<String, Timestamp> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn of(&self, token_id: &str) -> Option<Timestamp> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(token_id).copied()
    }
}

//! What is known of the way from the public URL to here, as it is stored over a restart.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::server::views::{AddressVerdict, Reach};

/// The newest that is known; nothing before the first check of an address.
pub(crate) struct ReachState {
    known: Mutex<Option<KnownReach>>,
    /// One check at a time: the server waits for one sign only.
    pub(crate) checking: tokio::sync::Mutex<()>,
}

/// What is known, as it is stored over a restart.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KnownReach {
    /// The address that was checked.
    pub url: String,
    pub reach: Reach,
    /// When a check last succeeded: this network lets a computer call its own public address.
    pub came_through: Option<Timestamp>,
    /// Since when no check has found a way.
    #[serde(default)]
    pub lost_since: Option<Timestamp>,
    /// When it was checked last.
    #[serde(default)]
    pub checked_at: Option<Timestamp>,
}

impl ReachState {
    pub(crate) fn new(known: Option<KnownReach>) -> Self {
        Self { known: Mutex::new(known), checking: tokio::sync::Mutex::default() }
    }

    pub(crate) fn entry(&self) -> MutexGuard<'_, Option<KnownReach>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn known(&self) -> Option<Reach> {
        self.entry().as_ref().map(|known| known.reach.clone())
    }

    /// When a check last succeeded.
    pub(crate) fn came_through(&self) -> Option<Timestamp> {
        self.entry().as_ref().and_then(|known| known.came_through)
    }

    /// When the address was checked last.
    pub(crate) fn checked_at(&self) -> Option<Timestamp> {
        self.entry().as_ref().and_then(|known| known.checked_at)
    }

    /// Since when the address has not led here.
    pub(crate) fn lost_since(&self) -> Option<Timestamp> {
        let known = self.entry();
        known.as_ref().filter(|known| known.reach.verdict == AddressVerdict::NotReachable)?.lost_since
    }

    /// Whether the address was found to lead here since then: by a check, or after one by a request that has arrived through it.
    pub(crate) fn leads_here_since(&self, at: Timestamp) -> bool {
        self.known().is_some_and(|reach| reach.verdict == AddressVerdict::Reachable && reach.at >= at)
    }

    /// It was checked, and not found to lead here.
    pub(crate) fn is_open(&self) -> bool {
        self.known().is_some_and(|reach| reach.verdict != AddressVerdict::Reachable)
    }
}

/// A request that arrives through the address after a check shows that it leads here, whatever the check found.
pub(crate) fn settle(reach: &mut Reach, arrived: Option<Timestamp>) -> bool {
    match arrived {
        Some(at) if reach.verdict != AddressVerdict::Reachable && at > reach.at => {
            let message = "Reachable: a request arrived through the address.".to_owned();
            let certificate_ends = reach.certificate_ends;
            *reach = Reach {
                verdict: AddressVerdict::Reachable,
                message,
                hint: None,
                broken: None,
                at,
                certificate_ends,
            };
            true
        }
        _ => false,
    }
}

//! The check of the public address: does a request to it come back to this very process?

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

/// The path that a check of the public address requests, followed by its nonce. Only a request that comes back to this
/// very process, while a check waits for it, is answered there.
pub const REACHABILITY_PATH: &str = "/.well-known/foundational/";

/// The check that is under way, if there is one.
#[derive(Default)]
pub(crate) struct ReachabilityCheck(RwLock<Option<Expected>>);

struct Expected {
    nonce: String,
    has_arrived: AtomicBool,
}

impl ReachabilityCheck {
    /// Expects another nonce, or none. Whether the request of the check before has arrived.
    pub(crate) fn expect(&self, nonce: Option<String>) -> bool {
        let next = nonce.map(|nonce| Expected { nonce, has_arrived: AtomicBool::new(false) });
        let before = std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), next);
        before.is_some_and(|check| check.has_arrived.into_inner())
    }

    /// Whether a request to this path is the expected one.
    pub(crate) fn is_met_by(&self, path: &str) -> bool {
        let expected = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let met =
            expected.as_ref().filter(|check| path.strip_prefix(REACHABILITY_PATH) == Some(&check.nonce));
        met.inspect(|check| check.has_arrived.store(true, Ordering::Relaxed)).is_some()
    }
}

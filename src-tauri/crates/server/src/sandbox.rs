//! A second workspace behind the same address: requests to its connections are answered by it, over the same listener,
//! proxy and TLS, and never touch the first one's data.
//!
//! A rehearsal runs in one. It is not in the first workspace's store at all, so nothing has to be hidden or taken back
//! there.

use std::sync::{Arc, PoisonError};

use store::Store;

use crate::address::Address;
use crate::server::Server;

/// A sandbox that is answered for until this is dropped.
pub struct Sandbox {
    host: Server,
    connection_id: String,
}

impl Server {
    /// Answers for a connection of another store from now on, with this server's address and schemas.
    #[must_use]
    pub fn host_sandbox(&self, store: Store, connection_id: &str) -> Sandbox {
        let sandbox = Self::sharing(
            store,
            Address::clone(&self.address()),
            self.0.limits.clone(),
            Arc::clone(&self.0.hosts),
            Arc::clone(&self.0.own_request_key),
            Arc::clone(&self.0.proxies),
        );
        sandbox.set_registry(self.registry());
        sandbox.set_discovery_open(self.is_discovery_open());
        let mut sandboxes = self.0.sandboxes.write().unwrap_or_else(PoisonError::into_inner);
        sandboxes.insert(connection_id.to_owned(), sandbox);
        Sandbox { host: self.clone(), connection_id: connection_id.to_owned() }
    }

    /// The server that answers requests to a path: the sandbox that it belongs to, or else this one.
    pub(crate) fn responsible_for(self, path: &str) -> Self {
        let sandboxes = self.0.sandboxes.read().unwrap_or_else(PoisonError::into_inner);
        if sandboxes.is_empty() {
            drop(sandboxes);
            return self;
        }
        // However its slashes are doubled, the connection is named by the third segment.
        let id = path.split('/').filter(|segment| !segment.is_empty()).nth(2).map(str::to_ascii_lowercase);
        let sandbox = id.and_then(|id| sandboxes.get(&id).cloned());
        drop(sandboxes);
        sandbox.unwrap_or(self)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let mut sandboxes = self.host.0.sandboxes.write().unwrap_or_else(PoisonError::into_inner);
        sandboxes.remove(&self.connection_id);
    }
}

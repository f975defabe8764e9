//! A second workspace behind the same address: requests to its connections are answered by it, over the same listener,
//! proxy and TLS, and never touch the first one's data.
//!
//! A rehearsal plays in one. It is not in the first workspace's store at all, so nothing has to be hidden or taken back
//! there.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::middleware::Next;
use store::Store;

use crate::{Server, pipeline};

/// The sandboxes of a server, by the id of their connection.
#[derive(Default)]
pub(crate) struct Sandboxes(RwLock<HashMap<String, Server>>);

/// A sandbox that is answered for until this is dropped.
pub struct Sandbox {
    host: Server,
    connection_id: String,
}

impl Server {
    /// Answers for a connection of another store from now on, with this server's address and schemas.
    #[must_use]
    pub fn host_sandbox(&self, store: Store, connection_id: &str) -> Sandbox {
        let sandbox = Self::with(
            store,
            self.address(),
            self.0.limits.clone(),
            Arc::clone(&self.0.hosts),
            Arc::clone(&self.0.own),
        );
        sandbox.become_like(self);
        let mut sandboxes = self.0.sandboxes.0.write().unwrap_or_else(PoisonError::into_inner);
        sandboxes.insert(connection_id.to_owned(), sandbox);
        Sandbox { host: self.clone(), connection_id: connection_id.to_owned() }
    }

    /// The sandbox that a path belongs to.
    fn sandbox_of(&self, path: &str) -> Option<Self> {
        let sandboxes = self.0.sandboxes.0.read().unwrap_or_else(PoisonError::into_inner);
        if sandboxes.is_empty() {
            return None;
        }
        // However its slashes are doubled, the connection is named by the third part.
        let id = path.split('/').filter(|part| !part.is_empty()).nth(2)?;
        sandboxes.get(&id.to_ascii_lowercase()).cloned()
    }

    fn become_like(&self, other: &Self) {
        *self.0.registry.write().unwrap_or_else(PoisonError::into_inner) = other.registry();
        self.0.open_discovery.store(other.is_discovery_open(), Ordering::Relaxed);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let mut sandboxes = self.host.0.sandboxes.0.write().unwrap_or_else(PoisonError::into_inner);
        sandboxes.remove(&self.connection_id);
    }
}

/// Hands a request to the sandbox it is meant for, or on.
pub(crate) async fn divert(State(server): State<Server>, request: Request, next: Next) -> Response<Body> {
    match server.sandbox_of(request.uri().path()) {
        Some(sandbox) => pipeline::respond(State(sandbox), request).await,
        None => next.run(request).await,
    }
}

//! An operation, and the connection for which it is done.

use std::sync::Arc;

use scim::{Error, Registry, ResourceType};
use serde_json::{Map, Value};
use store::{ChangeSource, Scope, Store, Tx};

use crate::refusal::Refusal;
use crate::server::Server;

/// For which connection an operation is done.
#[derive(Clone)]
pub(crate) struct Job {
    pub server: Server,
    /// The schemas as they were when the request arrived.
    pub registry: Arc<Registry>,
    pub scope: Scope,
    pub connection_name: String,
    pub provider: idp::Provider,
    /// The connection's endpoint, under which every location is.
    pub base: String,
    pub origin: ChangeSource,
    /// The number under which people are in memory as this job writes them.
    pub view: u64,
}

impl Job {
    pub fn store(&self) -> &Store {
        &self.server.0.store
    }

    /// Runs a write of this connection's client in a transaction.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, Refusal> + Send + 'static,
    {
        let done = self.store().write_for(&self.scope, work).await;
        done.map_err(|refusal: Refusal| refusal.for_client_of(self.provider))
    }
}

/// An operation on a known target.
pub(crate) struct Operation {
    pub method: String,
    /// The raw query.
    pub query: String,
    pub body: Option<Map<String, Value>>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
}

/// No resource has this id, or none that this connection may see.
pub(crate) fn not_found(resource_type: ResourceType, id: &str) -> Refusal {
    let shown: String = id.chars().take(80).collect();
    Error::not_found(format!("{} {shown} does not exist", resource_type.name())).into()
}

/// The body of an operation that needs one.
pub(crate) fn body_of(operation: &mut Operation) -> Result<Map<String, Value>, Refusal> {
    operation.body.take().ok_or_else(|| {
        Error::bad_request(
            scim::ScimType::InvalidSyntax,
            format!("{} needs a JSON object as body; nothing arrived", operation.method),
        )
        .into()
    })
}

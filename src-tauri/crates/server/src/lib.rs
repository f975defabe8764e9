//! The only crate that answers SCIM over HTTP.
//!
//! **Invariant**: nothing leaves it that is not a SCIM body or empty: unknown paths, wrong methods, bodies too large,
//! overload and faults included. A request is authenticated before anything in it is parsed, and recorded however it
//! ends.
//!
//! The way of a request is `pipeline.rs`, top to bottom. To add an operation: `execute/`, a function that takes the
//! [`Job`](execute::Job) and answers an [`Answer`](answer::Answer).

mod allowed_addresses;
mod answer;
mod authenticate;
mod body;
mod client_origin;
mod cursor;
mod discovery_access;
mod execute;
mod flood;
mod forwarded;
mod framing;
mod host_names;
mod intent;
mod limits;
mod listener;
mod open_files;
mod own_requests;
mod pipeline;
mod pool;
mod record;
mod redact;
mod refusal;
mod sandbox;
mod schemas;
mod sentences;
mod socket_guard;
mod sockets;
mod throttle;
mod unrouted;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use scim::Registry;
use store::Store;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::pool::Pool;
use crate::refusal::Refusal;
use crate::sockets::Sockets;

pub use allowed_addresses::is_address_range;
pub use host_names::parse_host_name;
pub use limits::ServerLimits;
pub use listener::{ListenError, Listener};
pub use pool::PoolLimits;
pub use sandbox::Sandbox;
pub use schemas::SchemaError;
pub use sockets::SocketLimits;

/// Answers SCIM for one workspace. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    store: Store,
    registry: RwLock<Arc<Registry>>,
    schema_changes: tokio::sync::Mutex<()>,
    address: RwLock<Address>,
    open_discovery: AtomicBool,
    limits: ServerLimits,
    cursors: cursor::Cursors,
    throttle: throttle::Throttle,
    in_flight: Pool,
    body_bytes: Pool,
    admissions: Semaphore,
    under_way: Semaphore,
    floods: flood::Floods,
    sockets: Sockets,
    hosts: Arc<host_names::Hosts>,
    own: Arc<own_requests::OwnRequestKey>,
    sandboxes: sandbox::Sandboxes,
    /// What a check of the public address expects to come back.
    check: RwLock<Option<Check>>,
}

/// More requests than can be under way; it only counts them.
const MANY: u32 = 1 << 20;

/// The check of the public address that is under way.
struct Check {
    nonce: String,
    has_arrived: AtomicBool,
}

/// Where a check of the public address knocks, followed by its nonce. Only a request that comes back to this very
/// process, while a check waits for it, is answered there.
pub const REACHABILITY_PATH: &str = "/.well-known/foundational/";

/// Under which address the endpoints are told. It never comes from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme and authority without a trailing slash: `https://scim.example.com`.
    pub base: String,
    /// It is the configured public URL: then a request must come over HTTPS or from this process itself, and by a name
    /// that is allowed.
    pub public: bool,
}

impl Address {
    /// The endpoint of a connection, as it is pasted into the identity provider.
    pub fn endpoint(&self, connection_id: &str) -> String {
        format!("{}/scim/v2/{connection_id}", self.base)
    }
}

impl Server {
    /// A server over this store.
    pub fn new(store: Store, address: Address) -> Self {
        Self::with_limits(store, address, ServerLimits::default())
    }

    /// A server with other bounds than the usual ones.
    pub fn with_limits(store: Store, address: Address, limits: ServerLimits) -> Self {
        Self::with(store, address, limits, Arc::default(), Arc::new(own_requests::OwnRequestKey::draw()))
    }

    fn with(
        store: Store,
        address: Address,
        limits: ServerLimits,
        hosts: Arc<host_names::Hosts>,
        own: Arc<own_requests::OwnRequestKey>,
    ) -> Self {
        let sockets = match open_files::room_for_sockets() {
            Some(room) => SocketLimits { all: limits.sockets.all.min(room), ..limits.sockets },
            None => limits.sockets,
        };
        Self(Arc::new(Inner {
            store,
            registry: RwLock::new(Arc::new(Registry::standard())),
            schema_changes: tokio::sync::Mutex::new(()),
            address: RwLock::new(address),
            open_discovery: AtomicBool::new(false),
            cursors: cursor::Cursors::new(),
            throttle: throttle::Throttle::default(),
            in_flight: Pool::new(limits.in_flight),
            body_bytes: Pool::new(limits.body_bytes),
            admissions: Semaphore::new(limits.admissions),
            under_way: Semaphore::new(MANY as usize),
            floods: flood::Floods::default(),
            sockets: Sockets::new(sockets),
            hosts,
            own,
            sandboxes: sandbox::Sandboxes::default(),
            check: RwLock::new(None),
            limits,
        }))
    }

    /// Tells another address from now on.
    pub fn set_address(&self, address: Address) {
        *self.0.address.write().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// The address that is told now.
    pub fn address(&self) -> Address {
        self.0.address.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The header by which a request shows that this process sends it, for plain HTTP on this computer alone: it must not
    /// leave the computer. None when it could not be drawn.
    pub fn own_request_header(&self) -> Option<(&'static str, String)> {
        self.0.own.header()
    }

    /// What this server supports, as clients read it under an endpoint.
    pub fn service_provider_config(&self, endpoint: &str) -> serde_json::Value {
        scim::discovery::service_provider_config(endpoint, &self.0.limits.told())
    }

    /// Lets one check of the public address succeed: a request for [`REACHABILITY_PATH`] and this nonce is answered with 204. Answers
    /// whether the request of the check before has arrived: anything can answer with 204, and only this server sees it.
    pub fn expect_reachability_check(&self, nonce: Option<String>) -> bool {
        let next = nonce.map(|nonce| Check { nonce, has_arrived: AtomicBool::new(false) });
        let before =
            std::mem::replace(&mut *self.0.check.write().unwrap_or_else(PoisonError::into_inner), next);
        before.is_some_and(|check| check.has_arrived.into_inner())
    }

    pub(crate) fn is_check(&self, path: &str) -> bool {
        let expected = self.0.check.read().unwrap_or_else(PoisonError::into_inner);
        let met =
            expected.as_ref().filter(|check| path.strip_prefix(REACHABILITY_PATH) == Some(&check.nonce));
        met.inspect(|check| check.has_arrived.store(true, Ordering::Relaxed)).is_some()
    }

    /// Waits for a turn between the address of a request and the proof of its token.
    pub(crate) async fn admission(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        match tokio::time::timeout(self.0.limits.admission_time, self.0.admissions.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(Refusal::busy()),
        }
    }

    /// Waits until no request is under way, nor one whose client has gone away; `limit` at most.
    pub async fn wait_idle(&self, limit: Duration) {
        if tokio::time::timeout(limit, self.0.under_way.acquire_many(MANY)).await.is_err() {
            tracing::warn!("requests were still under way when the server stopped");
        }
    }

    /// How long ago more connections were opened the last time than there may be, since this server was made.
    pub fn since_socket_limit(&self) -> Option<Duration> {
        self.0.sockets.met()
    }

    /// The HTTP service, for a listener or a test without sockets.
    pub fn router(&self) -> axum::Router {
        pipeline::router(self.clone())
    }
}

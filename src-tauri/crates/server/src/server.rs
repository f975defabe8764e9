//! What all requests to one workspace share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use idp::WayIn;
use jiff::Timestamp;
use scim::Registry;
use store::{RecordedBodies, Store};
use tokio::sync::Semaphore;

use crate::address::Address;
use crate::alike::Kind;
use crate::allowed_hosts::AllowedHosts;
use crate::bodies_setting::BodiesSetting;
use crate::cursor::Cursors;
use crate::distrust::Distrust;
use crate::exchange::Exchange;
use crate::flood::Floods;
use crate::host_names::{is_name_for, is_this_computer, parse_host_name};
use crate::limits::ServerLimits;
use crate::open_files;
use crate::own_requests::OwnRequestKey;
use crate::pool::Pool;
use crate::reachability::{Arrival, ReachabilityCheck};
use crate::request_counts::RequestCounts;
use crate::request_metrics::RequestMetrics;
use crate::sockets::{SocketLimits, Sockets};
use crate::throttle::Throttle;
use crate::trusted_proxies::TrustedProxies;

/// Answers SCIM for one workspace. Cheap to clone.
#[derive(Clone)]
pub struct Server(pub(crate) Arc<State>);

pub(crate) struct State {
    pub store: Store,
    pub limits: ServerLimits,
    pub cursors: Cursors,
    pub throttle: Throttle,
    /// Requests of authenticated clients that are being worked on.
    pub in_flight: Pool,
    pub body_bytes: Pool,
    pub floods: Floods<Kind, Exchange>,
    pub counts: RequestCounts,
    pub sockets: Sockets,
    pub distrust: Distrust,
    pub hosts: Arc<AllowedHosts>,
    pub own_request_key: Arc<OwnRequestKey>,
    pub proxies: Arc<TrustedProxies>,
    pub reachability: ReachabilityCheck,
    /// The sandboxes that this server answers for, by the id of their connection.
    pub sandboxes: RwLock<HashMap<String, Server>>,
    /// One permit for each request that is not finished; it only counts them.
    pub unfinished: Arc<Semaphore>,
    registry: RwLock<Arc<Registry>>,
    address: RwLock<Arc<Address>>,
    is_discovery_open: AtomicBool,
    pub bodies: BodiesSetting,
    /// A proxy has said of a request that it arrived over HTTPS, since the start.
    pub has_seen_https: AtomicBool,
    /// Grows when the schemas or the address change, by which people are written.
    view: AtomicU64,
}

/// More requests than can be under way.
const MANY: u32 = 1 << 20;

impl Server {
    /// A server over this store.
    pub fn new(store: Store, address: Address) -> Self {
        Self::with_limits(store, address, ServerLimits::default())
    }

    /// A server with other bounds than the usual ones.
    pub fn with_limits(store: Store, address: Address, limits: ServerLimits) -> Self {
        let hosts = Arc::new(AllowedHosts::of(store.clone()));
        let own_request_key = Arc::new(OwnRequestKey::generate());
        Self::sharing(store, address, limits, hosts, own_request_key, Arc::default())
    }

    pub(crate) fn sharing(
        store: Store,
        address: Address,
        limits: ServerLimits,
        hosts: Arc<AllowedHosts>,
        own_request_key: Arc<OwnRequestKey>,
        proxies: Arc<TrustedProxies>,
    ) -> Self {
        let sockets = match open_files::room_for_sockets() {
            Some(room) => SocketLimits { all: limits.sockets.all.min(room), ..limits.sockets },
            None => limits.sockets,
        };
        Self(Arc::new(State {
            store,
            cursors: Cursors::new(),
            throttle: Throttle::default(),
            in_flight: Pool::new(limits.in_flight),
            body_bytes: Pool::new(limits.body_bytes),
            floods: Floods::default(),
            counts: RequestCounts::default(),
            sockets: Sockets::new(sockets, Arc::clone(&proxies)),
            distrust: Distrust::default(),
            hosts,
            own_request_key,
            proxies,
            reachability: ReachabilityCheck::default(),
            sandboxes: RwLock::default(),
            unfinished: Arc::new(Semaphore::new(MANY as usize)),
            registry: RwLock::new(Arc::new(Registry::standard())),
            address: RwLock::new(Arc::new(address)),
            is_discovery_open: AtomicBool::new(false),
            bodies: BodiesSetting::default(),
            has_seen_https: AtomicBool::new(false),
            view: AtomicU64::new(0),
            limits,
        }))
    }

    /// Shows another address from now on.
    pub fn set_address(&self, address: Address) {
        *self.0.address.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(address);
        self.0.view.fetch_add(1, Ordering::Release);
    }

    /// The address that is shown now.
    pub fn address(&self) -> Arc<Address> {
        Arc::clone(&self.0.address.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The schemas that are in force. A request uses the ones that it began with.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.0.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other schemas in force, from the next request on.
    pub fn set_registry(&self, registry: Arc<Registry>) {
        *self.0.registry.write().unwrap_or_else(PoisonError::into_inner) = registry;
        self.0.view.fetch_add(1, Ordering::Release);
    }

    /// The number of the schemas and the address that are in force, or an older one, for those who are reached by this way: it
    /// decides which of the bases they see.
    pub(crate) fn view(&self, way: WayIn) -> u64 {
        self.0.view.load(Ordering::Acquire) * WayIn::ALL.len() as u64 + way as u64
    }

    /// Whether `/Schemas`, `/ResourceTypes` and `/ServiceProviderConfig` are answered without a token.
    pub fn is_discovery_open(&self) -> bool {
        self.0.is_discovery_open.load(Ordering::Relaxed)
    }

    /// Switches that on or off.
    pub fn set_discovery_open(&self, is_open: bool) {
        self.0.is_discovery_open.store(is_open, Ordering::Relaxed);
    }

    /// Sets what is recorded of bodies, from the next request on.
    pub fn set_recorded_bodies(&self, bodies: RecordedBodies) {
        self.0.bodies.set(bodies);
    }

    /// Trusts the `Forwarded` and `X-Forwarded-` headers of these addresses and CIDR ranges from now on, beside those of this
    /// computer. A text that [`is_proxy_range`](crate::is_proxy_range) refuses is left out.
    pub fn set_trusted_proxies(&self, list: &[String]) {
        self.0.proxies.set(list);
    }

    /// The header by which a request shows that this process sends it, for plain HTTP on this computer alone: it must not
    /// leave the computer. None when it could not be generated.
    pub fn own_request_header(&self) -> Option<(&'static str, String)> {
        self.0.own_request_key.header()
    }

    /// What this server supports, as clients read it under an endpoint.
    pub fn service_provider_config(&self, endpoint: &str) -> serde_json::Value {
        scim::discovery::service_provider_config(endpoint, &self.0.limits.to_discovery())
    }

    /// Lets one check of the public address succeed: requests that have this nonce in their path, below
    /// [`REACHABILITY_PATH`](crate::REACHABILITY_PATH), or in [`REACHABILITY_HEADER`](crate::REACHABILITY_HEADER), are
    /// answered with 204. With `None` no request is any more.
    pub fn expect_reachability_check(&self, nonce: Option<String>) {
        self.0.reachability.expect(nonce);
    }

    /// What has arrived of the check that is under way, since this was asked last: anything can answer with 204, and only
    /// this server sees what arrives.
    pub fn take_reachability_arrivals(&self) -> Vec<Arrival> {
        self.0.reachability.take_arrivals()
    }

    /// Reads the list of allowed names again, after it was changed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn read_hosts(&self) -> Result<(), store::Error> {
        self.0.hosts.read().await
    }

    /// Until when names of requests with a valid token join the list by themselves, if that is so now.
    pub fn learns_hosts_until(&self) -> Option<Timestamp> {
        self.0.hosts.learns_until()
    }

    /// Whether the server may be called by this name: without a public address by any.
    pub(crate) fn is_own_name(&self, host: &str) -> bool {
        let address = self.address();
        let own = || address.base.split_once("://").and_then(|(_, authority)| parse_host_name(authority));
        !address.public
            || is_this_computer(host)
            || own().as_deref() == Some(host)
            || address.own_names.iter().any(|name| is_name_for(name, host))
            || self.0.hosts.contains(host)
    }

    /// Waits until no request is under way, nor one whose client has disconnected; `limit` at most.
    pub async fn wait_idle(&self, limit: Duration) {
        if tokio::time::timeout(limit, self.0.unfinished.acquire_many(MANY)).await.is_err() {
            tracing::warn!("requests were still under way when the server stopped");
        }
    }

    /// How long ago more connections were opened the last time than there may be, since this server was made.
    pub fn since_socket_limit(&self) -> Option<Duration> {
        self.0.sockets.since_limit()
    }

    /// The address of the newest client that did not accept the certificate of this server, and how long ago that was.
    pub fn newest_distrust(&self) -> Option<(IpAddr, Duration)> {
        self.0.distrust.newest()
    }

    /// How many connections are open.
    pub fn open_sockets(&self) -> usize {
        self.0.sockets.open()
    }

    /// The requests that have ended since this server was made.
    pub fn request_metrics(&self) -> RequestMetrics {
        self.0.counts.metrics()
    }
}

//! The check of the public address: which of its requests come back to this very process, and what is left of them?

use std::sync::{PoisonError, RwLock};

use axum::http::HeaderMap;
use axum::http::request::Parts;

/// Where the requests of a check go, followed by its nonce: below the path of all endpoints, so that a way is found open
/// that leads to those alone. Only a request that comes back to this very process, while a check waits for it, is answered
/// there.
pub const REACHABILITY_PATH: &str = "/scim/v2/";
/// The header that has the nonce too, for a proxy that passes on another path.
pub const REACHABILITY_HEADER: &str = "x-foundational-check";
/// The time that answers to a check have. Whatever else arrives is the time of a proxy.
pub const REACHABILITY_DATE: &str = "Thu, 01 Jan 1970 00:00:00 GMT";

/// What arrived of a request of a check.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// The name by which the server was called, without a port.
    pub host: String,
    /// Providers that call by this name are answered.
    pub is_host_allowed: bool,
    /// It was sent over HTTPS: the proxy next to this server says so, or TLS terminates here.
    pub is_secure: bool,
    /// TLS terminates here, and no proxy says anything.
    pub is_over_own_tls: bool,
    /// The value of `X-Forwarded-Proto`.
    pub scheme: Option<String>,
    /// How many bytes the body has.
    pub body: usize,
}

/// The check that is under way, if there is one.
#[derive(Default)]
pub(crate) struct ReachabilityCheck(RwLock<Option<Expected>>);

struct Expected {
    nonce: String,
    arrivals: Vec<Arrival>,
}

impl ReachabilityCheck {
    /// Expects another nonce, or none.
    pub(crate) fn expect(&self, nonce: Option<String>) {
        let next = nonce.map(|nonce| Expected { nonce, arrivals: Vec::new() });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// What has arrived since this was asked.
    pub(crate) fn take_arrivals(&self) -> Vec<Arrival> {
        let mut expected = self.0.write().unwrap_or_else(PoisonError::into_inner);
        expected.as_mut().map(|check| std::mem::take(&mut check.arrivals)).unwrap_or_default()
    }

    /// Whether a request is one of those that are expected.
    pub(crate) fn is_met_by(&self, parts: &Parts) -> bool {
        let expected = self.0.read().unwrap_or_else(PoisonError::into_inner);
        expected.as_ref().is_some_and(|check| {
            parts.uri.path().contains(&check.nonce)
                || text(&parts.headers, REACHABILITY_HEADER) == Some(check.nonce.as_str())
        })
    }

    pub(crate) fn add(&self, arrival: Arrival) {
        let mut expected = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(check) = expected.as_mut() {
            check.arrivals.push(arrival);
        }
    }
}

/// The value of a header.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

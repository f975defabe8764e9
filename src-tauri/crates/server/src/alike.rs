//! With which other exchanges one is counted when there are too many for a row each: refusals of senders without a valid
//! token, by connection, reason and address; and look-ups of one connection that ask for the same in the same way.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;

use axum::http::Method;
use idp::reason_code::ReasonCode;
use store::ActivityResult;

use crate::client_origin::ClientOrigin;
use crate::exchange::{Endpoint, Exchange};

/// A kind of exchanges that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Refused before the token was accepted. Without an address: of all addresses beyond those that are counted apart.
    Refused { connection_id: String, reason: ReasonCode, client: Option<IpAddr> },
    /// A look-up with an accepted token, by a hash of what it has in common with others.
    Lookup { connection_id: String, form: u64 },
}

impl Kind {
    /// The kind of an exchange that has ended; None where each one is a row: a write, and a refusal that follows from a
    /// known token.
    pub(crate) fn of(exchange: &Exchange) -> Option<Self> {
        let endpoint = exchange.endpoint.as_ref()?;
        let connection_id = endpoint.connection_id.clone();
        if let Some(refusal) = exchange.refusal().filter(|_| !exchange.is_authenticated()) {
            let client = exchange.origin.as_ref().and_then(ClientOrigin::counted);
            let is_counted = refusal.is_coalesced && !refusal.names_known_key;
            return is_counted.then_some(Self::Refused { connection_id, reason: refusal.reason, client });
        }
        is_lookup(exchange).then(|| Self::Lookup { connection_id, form: form(exchange, endpoint) })
    }

    /// The same without what tells senders apart: for those beyond the bound.
    pub(crate) fn of_all(self) -> Self {
        match self {
            Self::Refused { connection_id, reason, .. } => {
                Self::Refused { connection_id, reason, client: None }
            }
            Self::Lookup { connection_id, .. } => Self::Lookup { connection_id, form: 0 },
        }
    }

    /// How many of them are recorded one by one in a minute.
    pub(crate) const fn rows(&self) -> u32 {
        match self {
            Self::Refused { .. } => 1,
            Self::Lookup { .. } => 1_000,
        }
    }
}

fn is_lookup(exchange: &Exchange) -> bool {
    let reads = exchange.method == Method::GET || exchange.uri.path().ends_with("/.search");
    let finds = exchange.ending.as_ref().is_some_and(|ending| match &ending.outcome {
        Ok(summary) => summary.result == ActivityResult::Lookup,
        Err(refusal) => refusal.reason == ReasonCode::NotFound,
    });
    reads && finds
}

/// What look-ups that are alike have in common: method, type, whether one resource is named, the filter's attribute, status.
fn form(exchange: &Exchange, endpoint: &Endpoint) -> u64 {
    let mut segments = endpoint.path.split('/').filter(|segment| !segment.is_empty());
    let query = exchange.uri.query().unwrap_or_default();
    let filter = query.split('&').find_map(|pair| pair.strip_prefix("filter=")).unwrap_or_default();
    let attribute = filter.split(['+', '%', ' ']).next().unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    exchange.method.hash(&mut hasher);
    segments.next().unwrap_or_default().hash(&mut hasher);
    segments.next().is_some().hash(&mut hasher);
    attribute.to_ascii_lowercase().hash(&mut hasher);
    exchange.ending.as_ref().map(|ending| ending.status).hash(&mut hasher);
    hasher.finish()
}

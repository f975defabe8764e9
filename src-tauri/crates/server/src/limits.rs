//! The figures that bound a request.

use std::time::Duration;

use crate::pool::PoolLimits;
use crate::sockets::SocketLimits;

/// Bounds of size, time and number. Those that clients need are in `/ServiceProviderConfig` too.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// The largest body for one person, in bytes.
    pub user_body: usize,
    /// The largest body for one group, in bytes: some clients replace a group with all its members.
    pub group_body: usize,
    /// The largest bulk body, in bytes.
    pub bulk_body: usize,
    /// The most operations of one bulk request.
    pub bulk_operations: usize,
    /// How many resources a page has when the client does not say.
    pub default_page: u64,
    /// How many resources a page has at most.
    pub max_page: u64,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a whole request may take before it is answered with 503; the change may still happen.
    pub request_time: Duration,
    /// How many authenticated requests are worked on at once; one more is answered with 503. A connection has half of them, by
    /// whichever of its tokens: more than one address has sockets, so that a provider with one request on each is never refused,
    /// and no more, so that there is room for another.
    pub in_flight: PoolLimits,
    /// How many bytes of bodies are in memory at once, from their arrival to the end of their request; what goes
    /// beyond is answered with 503.
    pub body_bytes: PoolLimits,
    /// Bounds of the connections that are open.
    pub sockets: SocketLimits,
    /// How long a cursor is valid.
    pub cursor_life: Duration,
    /// How many members a group has at most, and how many of them one request may name or replace.
    pub member_rows: u64,
    /// What the filters on members in one PATCH may cost: their terms, for each member once.
    pub filter_work: u64,
    /// What the operations of one PATCH may cost: their number, for each byte of the resource and the request.
    pub patch_work: u64,
    /// Above how many members a write answers with the group but without them, unless the client asks for them.
    pub members_shown: u64,
}

impl ServerLimits {
    /// Those that clients read in `/ServiceProviderConfig`.
    pub(crate) fn to_discovery(&self) -> scim::discovery::AdvertisedLimits {
        scim::discovery::AdvertisedLimits {
            max_operations: self.bulk_operations as u64,
            max_payload_size: self.bulk_body as u64,
            max_results: self.max_page,
            default_page_size: self.default_page,
            max_page_size: self.max_page,
            cursor_timeout: self.cursor_life.as_secs(),
            documentation: None,
        }
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            user_body: MIB,
            group_body: 16 * MIB,
            bulk_body: 5 * MIB,
            bulk_operations: 1000,
            default_page: 100,
            max_page: 500,
            body_time: Duration::from_secs(20),
            request_time: Duration::from_secs(25),
            in_flight: PoolLimits { all: 256, each: 128, reserve: 64 },
            body_bytes: PoolLimits { all: 64 * MIB, each: 16 * MIB, reserve: 8 * MIB },
            sockets: SocketLimits::default(),
            cursor_life: Duration::from_hours(1),
            member_rows: 100_000,
            filter_work: 250_000,
            patch_work: 8 * 1024 * 1024,
            members_shown: 200,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_never_refused_for_load_that_its_sockets_allow() {
        let ServerLimits { in_flight, sockets, .. } = ServerLimits::default();
        assert!(sockets.each <= in_flight.each, "a request on each socket of one address: {in_flight:?}");
        assert!(in_flight.each * 2 <= in_flight.all, "and as many of another connection: {in_flight:?}");
    }
}

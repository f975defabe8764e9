//! The figures that bound a request.

use std::time::Duration;

/// Bounds of size, time and number. What is told to clients stands in `/ServiceProviderConfig` too.
#[derive(Clone, Debug)]
pub struct Limits {
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
    /// How many requests are worked on at once; one more is answered with 503.
    pub in_flight: usize,
    /// How long a cursor is good for.
    pub cursor_life: Duration,
    /// Above how many members a write answers with the group but without them, unless they are asked for.
    pub members_shown: u64,
}

impl Limits {
    /// What of them clients are told.
    pub(crate) fn told(&self) -> scim::discovery::Limits {
        scim::discovery::Limits {
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

impl Default for Limits {
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
            in_flight: 256,
            cursor_life: Duration::from_hours(1),
            members_shown: 200,
        }
    }
}

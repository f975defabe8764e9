//! The metrics of the requests that have ended since this server was made.

use std::time::Duration;

/// Numbers and durations of all requests but those of sandboxes.
#[derive(Clone, Debug)]
pub struct RequestMetrics {
    /// Those that there are, in a fixed order.
    pub requests: Vec<RequestCount>,
    /// How long what was done took, by kind: all kinds, in a fixed order.
    pub durations: Vec<Durations>,
    /// How many requests for one person were answered from memory.
    pub people_from_memory: u64,
    /// How many were answered with a person who was read from the database.
    pub people_from_database: u64,
}

/// How many requests to one route ended in one way.
#[derive(Clone, Debug)]
pub struct RequestCount {
    /// The pattern of the route below an endpoint, such as `/Users/{id}`; `unknown`: no such route; `unrouted`: the address of
    /// no connection; `check`: a check of the public address.
    pub route: &'static str,
    /// The class of the status: `2xx`.
    pub class: &'static str,
    /// The code of the reason for which they were refused or failed; `ok`: they were done.
    pub reason: &'static str,
    /// How many.
    pub requests: u64,
}

/// How long requests of one kind took that were done, from their arrival until their answer was ready to be sent.
#[derive(Clone, Debug)]
pub struct Durations {
    /// The kind: `write`.
    pub kind: &'static str,
    /// All of them together.
    pub sum: Duration,
    /// The upper bound of each bucket in seconds, and how many requests are in it. The last bound is infinite.
    pub buckets: Vec<(f64, u64)>,
}

impl Durations {
    /// How many requests they are of.
    pub fn requests(&self) -> u64 {
        self.buckets.iter().map(|(_, requests)| requests).sum()
    }
}

//! Counts of the requests that have ended, for the metrics.
//!
//! A request costs two atomic additions at most, without a lock and without an allocation: one cell stands for the route, the
//! kind, the class of the status and the duration together, and what is shown is summed when it is looked at. No cell is of
//! a value that a client chooses, so that their number is fixed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use idp::reason_code::ReasonCode;
use scim::{ROUTES, Route};

use crate::answer::ReadFrom;
use crate::exchange::Exchange;
use crate::request_metrics::{Durations, RequestCount, RequestMetrics};

/// The routes beside [`ROUTES`]: the check of the public address, an address of no connection, and one below an endpoint that
/// [`ROUTES`] does not have.
const OTHER_ROUTES: [&str; 3] = ["check", "unrouted", "unknown"];
/// The classes of what was done, and of what was refused or failed.
const DONE: [&str; 2] = ["2xx", "3xx"];
const REFUSED: [&str; 2] = ["4xx", "5xx"];
/// The upper bounds of the buckets of durations, in microseconds; one bucket more is for longer ones.
const BOUNDS: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];
const BUCKETS: usize = BOUNDS.len() + 1;

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $word:literal;)*) => {
        /// What a request that was done did.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Kind {
            $($(#[$meta])* $variant,)*
        }

        /// The words of the kinds, in their order.
        const KINDS: &[&str] = &[$($word),*];
    };
}

kinds! {
    /// It found one person, in memory.
    Memory = "memory";
    /// It found one person, in the database.
    Database = "database";
    /// Any other look-up of one resource.
    Resource = "resource";
    List = "list";
    Write = "write";
    Bulk = "bulk";
    Discovery = "discovery";
    Other = "other";
}

impl Kind {
    fn of(method: &str, route: &str, read_from: Option<ReadFrom>) -> Self {
        let reads = matches!(method, "GET" | "HEAD");
        match (read_from, route) {
            (Some(ReadFrom::Memory), _) => Self::Memory,
            (Some(ReadFrom::Database), _) => Self::Database,
            (None, "/Users/.search" | "/Groups/.search" | "/.search") => Self::List,
            (None, "/Bulk") => Self::Bulk,
            (None, "/Users" | "/Groups") if reads => Self::List,
            (None, "/Users/{id}" | "/Groups/{id}") if reads => Self::Resource,
            (None, "/Users" | "/Groups" | "/Users/{id}" | "/Groups/{id}") if method != "OPTIONS" => {
                Self::Write
            }
            (None, route) if reads && route.starts_with('/') && route != "/Me" => Self::Discovery,
            _ => Self::Other,
        }
    }
}

/// The cells of one server.
pub(crate) struct RequestCounts {
    /// What was done, by route, kind, class and duration.
    done: Box<[AtomicU64]>,
    /// What that took together, in microseconds, by kind.
    took: Box<[AtomicU64]>,
    /// What was refused or failed, by route, reason and class.
    refused: Box<[AtomicU64]>,
}

impl Default for RequestCounts {
    fn default() -> Self {
        let cells = |number: usize| (0..number).map(|_| AtomicU64::new(0)).collect();
        Self {
            done: cells(routes() * KINDS.len() * DONE.len() * BUCKETS),
            took: cells(KINDS.len()),
            refused: cells(routes() * ReasonCode::ALL.len() * REFUSED.len()),
        }
    }
}

impl RequestCounts {
    /// Counts an exchange that has ended.
    pub(crate) fn count(&self, exchange: &Exchange) {
        let Some(ending) = &exchange.ending else { return };
        let route = route_of(exchange);
        match &ending.outcome {
            Ok(summary) => {
                let kind = Kind::of(exchange.method.as_str(), word(route), summary.read_from) as usize;
                let took = u64::try_from(exchange.took.as_micros()).unwrap_or(u64::MAX);
                let bucket = BOUNDS.iter().position(|bound| took <= *bound).unwrap_or(BOUNDS.len());
                let class = usize::from(ending.status >= 300);
                add(&self.done, ((route * KINDS.len() + kind) * DONE.len() + class) * BUCKETS + bucket, 1);
                add(&self.took, kind, took);
            }
            Err(refusal) => {
                let class = usize::from(refusal.error.status >= 500);
                let reason = route * ReasonCode::ALL.len() + refusal.reason as usize;
                add(&self.refused, reason * REFUSED.len() + class, 1);
            }
        }
    }

    /// What was counted so far.
    pub(crate) fn metrics(&self) -> RequestMetrics {
        let mut requests = Vec::new();
        let mut found = |route, class, reason, number: u64| {
            if number > 0 {
                requests.push(RequestCount { route, class, reason, requests: number });
            }
        };
        let mut buckets = vec![[0; BUCKETS]; KINDS.len()];
        for (route, of_route) in self.done.chunks(KINDS.len() * DONE.len() * BUCKETS).enumerate() {
            let mut of_class = [0; DONE.len()];
            for (place, of_both) in of_route.chunks(BUCKETS).enumerate() {
                let (kind, class) = (place / DONE.len(), place % DONE.len());
                for (bucket, cell) in buckets[kind].iter_mut().zip(of_both) {
                    let number = cell.load(Ordering::Relaxed);
                    *bucket += number;
                    of_class[class] += number;
                }
            }
            DONE.into_iter()
                .zip(of_class)
                .for_each(|(class, number)| found(word(route), class, "ok", number));
        }
        for (route, of_route) in self.refused.chunks(ReasonCode::ALL.len() * REFUSED.len()).enumerate() {
            for (reason, of_reason) in ReasonCode::ALL.iter().zip(of_route.chunks(REFUSED.len())) {
                for (class, cell) in REFUSED.into_iter().zip(of_reason) {
                    found(word(route), class, reason.as_str(), cell.load(Ordering::Relaxed));
                }
            }
        }
        let durations =
            KINDS.iter().copied().zip(buckets).zip(self.took.iter()).map(|((kind, buckets), took)| {
                Durations {
                    kind,
                    sum: Duration::from_micros(took.load(Ordering::Relaxed)),
                    buckets: bounds().zip(buckets).collect(),
                }
            });
        let durations: Vec<Durations> = durations.collect();
        let of_kind = |kind: Kind| durations[kind as usize].requests();
        RequestMetrics {
            people_from_memory: of_kind(Kind::Memory),
            people_from_database: of_kind(Kind::Database),
            requests,
            durations,
        }
    }
}

/// A place that does not exist is a defect, and no reason to fail a request.
fn add(cells: &[AtomicU64], place: usize, number: u64) {
    if let Some(cell) = cells.get(place) {
        cell.fetch_add(number, Ordering::Relaxed);
    }
}

fn routes() -> usize {
    ROUTES.len() + OTHER_ROUTES.len()
}

/// The number of the route of an exchange.
fn route_of(exchange: &Exchange) -> usize {
    let other = |place| ROUTES.len() + place;
    match &exchange.endpoint {
        _ if exchange.is_check => other(0),
        Some(endpoint) if endpoint.is_routed => Route::place(&endpoint.path).unwrap_or(other(2)),
        _ => other(1),
    }
}

/// The word of the route with this number: its pattern, without any value.
fn word(route: usize) -> &'static str {
    match ROUTES.get(route) {
        Some(route) => route.pattern,
        None => OTHER_ROUTES[route - ROUTES.len()],
    }
}

/// The bounds in seconds, and the one without end.
fn bounds() -> impl Iterator<Item = f64> {
    let seconds = |bound: u64| Duration::from_micros(bound).as_secs_f64();
    BOUNDS.into_iter().map(seconds).chain([f64::INFINITY])
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::http::Request;
    use idp::Provider;
    use jiff::Timestamp;

    use super::*;
    use crate::answer::ActivitySummary;
    use crate::exchange::{Ending, Endpoint};
    use crate::refusal::Refusal;

    fn ended(path: &str, status: u16, took: u64, outcome: Result<ActivitySummary, Refusal>) -> Exchange {
        let (parts, ()) = Request::get("/").body(()).unwrap().into_parts();
        let mut exchange = Exchange::begin(String::new(), Timestamp::UNIX_EPOCH, Instant::now(), &parts);
        exchange.endpoint = Some(Endpoint {
            connection_id: String::new(),
            provider: Provider::Custom,
            path: path.to_owned(),
            is_routed: true,
        });
        exchange.end(Ending { status, outcome, body: None, text: None });
        exchange.took = Duration::from_micros(took);
        exchange
    }

    fn shown(metrics: &RequestMetrics) -> Vec<(&str, &str, &str, u64)> {
        metrics.requests.iter().map(|one| (one.route, one.class, one.reason, one.requests)).collect()
    }

    #[test]
    fn a_request_is_counted_at_its_route_class_reason_and_duration() {
        let counts = RequestCounts::default();
        let look_up = || ActivitySummary::lookup("Read ada");
        counts.count(&ended("/Users/7", 200, 250, Ok(look_up().read_from(ReadFrom::Memory))));
        counts.count(&ended("/Users/8", 304, 251, Ok(look_up().read_from(ReadFrom::Memory))));
        counts.count(&ended("/Users", 200, 20_000_000, Ok(look_up())));
        counts.count(&ended("/Users/9/x", 500, 1, Err(Refusal::defect())));
        let mut unrouted = ended("/Users", 404, 1, Err(Refusal::no_endpoint()));
        unrouted.endpoint = None;
        counts.count(&unrouted);
        let metrics = counts.metrics();
        let expected = [
            ("/Users", "2xx", "ok", 1),
            ("/Users/{id}", "2xx", "ok", 1),
            ("/Users/{id}", "3xx", "ok", 1),
            ("unrouted", "4xx", "path.unknown", 1),
            ("unknown", "5xx", "defect", 1),
        ];
        assert_eq!(shown(&metrics), expected);
        assert_eq!((metrics.people_from_memory, metrics.people_from_database), (2, 0));
        let of = |kind: &str| metrics.durations.iter().find(|one| one.kind == kind).unwrap();
        let (memory, list) = (of("memory"), of("list"));
        assert_eq!(memory.buckets[..2], [(0.000_25, 1), (0.000_5, 1)], "a bound belongs to its place");
        assert_eq!(memory.sum, Duration::from_micros(501));
        assert_eq!(list.buckets.last(), Some(&(f64::INFINITY, 1)), "longer than every bound");
        assert_eq!(metrics.durations.iter().map(Durations::requests).sum::<u64>(), 3, "what was done");
    }

    #[test]
    fn every_route_has_a_kind_by_its_method() {
        for (method, route, kind) in [
            ("GET", "/Users", Kind::List),
            ("POST", "/Users", Kind::Write),
            ("HEAD", "/Groups/{id}", Kind::Resource),
            ("PATCH", "/Groups/{id}", Kind::Write),
            ("POST", "/Groups/.search", Kind::List),
            ("POST", "/Bulk", Kind::Bulk),
            ("GET", "/Schemas/{urn}", Kind::Discovery),
            ("OPTIONS", "/Users", Kind::Other),
            ("GET", "/Me", Kind::Other),
            ("GET", "check", Kind::Other),
        ] {
            assert_eq!(Kind::of(method, route, None), kind, "{method} {route}");
        }
    }

    #[test]
    fn every_reason_has_a_place_of_its_own() {
        for (place, reason) in ReasonCode::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, place, "{}", reason.as_str());
        }
    }
}

//! The sockets that are open: how many there may be, how long each may wait, and which one is closed when there are as
//! many as there may be.
//!
//! A silent socket costs its sender nothing. So a new one is not refused because others wait: the one that waits longest
//! without a first request is closed in its place, or else the one that has been idle longest. Only when all have a
//! request under way is the new one closed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use axum::http::Version;

use crate::throttle::network;
use crate::trusted_proxies::TrustedProxies;

/// Bounds of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// How many may be open at once. Where the system gives fewer files, as many as leave some for the rest of the
    /// program.
    pub all: usize,
    /// How many of them may come from one address (for IPv6, one /64 network). Loopback is excepted: a proxy on this
    /// computer represents all of its clients.
    pub each: usize,
    /// How long the first byte and the whole head of a request may take.
    pub head_time: Duration,
    /// How long a socket may be idle after a request.
    pub idle_time: Duration,
    /// How long a client may take none of the bytes of an answer.
    pub write_time: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            all: 1024,
            each: 64,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            write_time: Duration::from_secs(30),
        }
    }
}

/// At most how often the log says that the limit is reached.
const LOGGED: Duration = Duration::from_mins(1);

/// All open sockets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sockets(Arc<Inner>);

struct Inner {
    limits: SocketLimits,
    proxies: Arc<TrustedProxies>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    next: u64,
    open: HashMap<u64, (IpAddr, Arc<Mutex<SocketState>>)>,
    last_limit: Option<Instant>,
    logged: Option<Instant>,
}

/// What a socket is doing.
struct SocketState {
    /// Requests that are being answered.
    in_flight: u32,
    /// It has had a request.
    has_requested: bool,
    /// It speaks HTTP/2, where bytes may come and go between requests.
    is_http2: bool,
    /// When it was opened, or its last request was answered.
    since: Instant,
    /// When the first byte of a head arrived.
    head_since: Option<Instant>,
    /// Another one is opened in its place.
    is_ended: bool,
    /// Wakes its task when it is to end.
    waker: Option<Waker>,
}

/// What a socket that has nothing to read does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It ends.
    Over,
    /// It waits until then at most, and asks again.
    Until(Instant),
    /// It waits for the answer to a request, whose time is bounded elsewhere.
    InFlight,
}

/// The permit of one open socket, until it is dropped.
pub(crate) struct SocketPermit {
    sockets: Sockets,
    id: u64,
    state: Arc<Mutex<SocketState>>,
}

impl Sockets {
    /// The proxies of this list have as many as there may be: theirs are those of all their clients.
    pub(crate) fn new(limits: SocketLimits, proxies: Arc<TrustedProxies>) -> Self {
        Self(Arc::new(Inner { limits, proxies, table: Mutex::default() }))
    }

    pub(crate) fn limits(&self) -> &SocketLimits {
        &self.0.limits
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a new socket. `None` when there is no room for it.
    pub(crate) fn admit(&self, from: IpAddr, now: Instant) -> Option<SocketPermit> {
        let is_proxy = self.0.proxies.contains(from);
        let from = network(from);
        let mut table = self.table();
        let of_it = |address: IpAddr| address == from;
        let is_full = !is_proxy
            && table.open.values().filter(|(address, _)| of_it(*address)).count() >= self.0.limits.each;
        if is_full && !table.make_room(of_it) {
            table.reaches_limit(now, "one address has as many connections open as it may");
            return None;
        }
        if table.open.len() >= self.0.limits.all {
            table.reaches_limit(now, "as many connections are open as there may be");
            if !table.make_room(|_| true) {
                return None;
            }
        }
        let state = Arc::new(Mutex::new(SocketState {
            in_flight: 0,
            has_requested: false,
            is_http2: false,
            since: now,
            head_since: None,
            is_ended: false,
            waker: None,
        }));
        table.next += 1;
        let id = table.next;
        table.open.insert(id, (from, Arc::clone(&state)));
        drop(table);
        Some(SocketPermit { sockets: self.clone(), id, state })
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.table().open.len()
    }

    /// How long ago a limit was reached the last time, if it ever was.
    pub(crate) fn since_limit(&self) -> Option<Duration> {
        self.table().last_limit.map(|at| at.elapsed())
    }
}

impl Table {
    /// Ends the most dispensable socket of those from these addresses. False when all have requests under way.
    fn make_room(&mut self, of: impl Fn(IpAddr) -> bool) -> bool {
        let waiting =
            self.open.iter().filter(|(_, (address, _))| of(*address)).filter_map(|(id, (_, one))| {
                let one = locked(one);
                (one.in_flight == 0).then_some((one.has_requested, one.since, *id))
            });
        let Some((_, _, id)) = waiting.min() else { return false };
        if let Some((_, one)) = self.open.remove(&id) {
            let mut one = locked(&one);
            one.is_ended = true;
            if let Some(waker) = one.waker.take() {
                waker.wake();
            }
        }
        true
    }

    fn reaches_limit(&mut self, now: Instant, why: &str) {
        self.last_limit = Some(now);
        if self.logged.is_none_or(|at| now.duration_since(at) >= LOGGED) {
            self.logged = Some(now);
            tracing::warn!(open = self.open.len(), "{why}; those that wait longest are closed");
        }
    }
}

fn locked(state: &Mutex<SocketState>) -> MutexGuard<'_, SocketState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SocketPermit {
    pub(crate) fn limits(&self) -> &SocketLimits {
        self.sockets.limits()
    }

    /// Whether a socket with nothing to read continues to wait. `waker` is woken when it has to end.
    pub(crate) fn wait(&self, now: Instant, waker: &Waker) -> Wait {
        let limits = self.limits();
        let mut one = locked(&self.state);
        let due = match (one.has_requested, one.head_since) {
            (false, _) => one.since + limits.head_time,
            (true, Some(begun)) => begun + limits.head_time,
            (true, None) => one.since + limits.idle_time,
        };
        let is_waiting = one.in_flight == 0;
        if is_waiting && (one.is_ended || due <= now) {
            return Wait::Over;
        }
        one.waker = Some(waker.clone());
        if is_waiting { Wait::Until(due) } else { Wait::InFlight }
    }

    /// Bytes arrived.
    pub(crate) fn received(&self, now: Instant) {
        let mut one = locked(&self.state);
        if one.has_requested && !one.is_http2 && one.in_flight == 0 && one.head_since.is_none() {
            one.head_since = Some(now);
        }
    }

    /// Bytes of an answer were sent.
    pub(crate) fn sent(&self, now: Instant) {
        let mut one = locked(&self.state);
        if one.has_requested && !one.is_http2 {
            one.since = now;
        }
    }

    /// A request is being answered until what this returns is dropped.
    pub(crate) fn request(self: &Arc<Self>, version: Version) -> InFlight {
        let mut one = locked(&self.state);
        one.in_flight += 1;
        one.has_requested = true;
        one.is_http2 = version >= Version::HTTP_2;
        one.head_since = None;
        drop(one);
        InFlight(Arc::clone(self))
    }
}

impl Drop for SocketPermit {
    fn drop(&mut self) {
        self.sockets.table().open.remove(&self.id);
    }
}

/// A request that is being answered.
pub(crate) struct InFlight(Arc<SocketPermit>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut one = locked(&self.0.state);
        one.in_flight -= 1;
        one.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: SocketLimits = SocketLimits {
        all: 4,
        each: 2,
        head_time: Duration::from_secs(10),
        idle_time: Duration::from_secs(75),
        write_time: Duration::from_secs(30),
    };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn is_over(permit: &SocketPermit, now: Instant) -> bool {
        permit.wait(now, Waker::noop()) == Wait::Over
    }

    #[test]
    fn the_first_head_has_ten_seconds_a_next_one_too_and_idleness_75() {
        let (sockets, start) = (Sockets::new(FEW, Arc::default()), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let permit = Arc::new(sockets.admit(ip("127.0.0.1"), start).unwrap());
        permit.received(after(9));
        assert_eq!(permit.wait(after(9), Waker::noop()), Wait::Until(after(10)), "a byte gives no more time");
        assert!(is_over(&permit, after(10)), "the head is not there");
        let request = permit.request(Version::HTTP_11);
        assert_eq!(permit.wait(after(500), Waker::noop()), Wait::InFlight, "its own time bounds a request");
        drop(request);
        let idle = Instant::now();
        permit.received(idle + Duration::from_secs(70));
        assert!(!is_over(&permit, idle + Duration::from_secs(79)), "the next head has begun in time");
        assert!(is_over(&permit, idle + Duration::from_secs(80)), "and has ten seconds");
    }

    #[test]
    fn pings_of_http_2_keep_no_socket_open_and_end_none() {
        let sockets = Sockets::new(FEW, Arc::default());
        let permit = Arc::new(sockets.admit(ip("127.0.0.1"), Instant::now()).unwrap());
        drop(permit.request(Version::HTTP_2));
        let idle = Instant::now();
        for seconds in [20, 40, 60] {
            permit.received(idle + Duration::from_secs(seconds));
            permit.sent(idle + Duration::from_secs(seconds));
            assert!(!is_over(&permit, idle + Duration::from_secs(seconds + 12)), "no head has begun");
        }
        assert!(is_over(&permit, idle + Duration::from_secs(76)), "no request for 75 s");
    }

    #[test]
    fn a_new_socket_displaces_the_most_dispensable_one() {
        let (sockets, start) = (Sockets::new(FEW, Arc::default()), Instant::now());
        let open = |n: u64| Arc::new(sockets.admit(ip("127.0.0.1"), start + Duration::from_secs(n)).unwrap());
        let (busy, idle, silent, newest) = (open(0), open(1), open(2), open(3));
        let _request = busy.request(Version::HTTP_11);
        drop(idle.request(Version::HTTP_11));
        let now = start + Duration::from_secs(4);
        assert!(sockets.since_limit().is_none(), "as many as there may be is not too many");
        let _fifth = open(4);
        assert!(is_over(&silent, now), "the one that was silent longest");
        assert!(!is_over(&idle, now) && !is_over(&newest, now), "and no other one");
        assert!(sockets.since_limit().is_some(), "the alarm says so");
        drop(silent);
        let _more = [open(5), open(6)];
        assert!(is_over(&newest, now), "silent ones go first, although they are younger than the idle one");
        assert!(!is_over(&idle, now) && busy.wait(now, Waker::noop()) == Wait::InFlight);
    }

    #[test]
    fn when_all_have_requests_under_way_a_new_one_is_closed() {
        let (sockets, now) = (Sockets::new(FEW, Arc::default()), Instant::now());
        let permits: Vec<_> = (0..4).map(|_| Arc::new(sockets.admit(ip("::1"), now).unwrap())).collect();
        let mut requests: Vec<_> = permits.iter().map(|permit| permit.request(Version::HTTP_11)).collect();
        assert!(sockets.admit(ip("::1"), now).is_none(), "there is no room");
        requests.pop();
        assert!(sockets.admit(ip("::1"), now).is_some(), "the one whose request ended is closed");
    }

    #[test]
    fn one_address_has_its_share_and_a_trusted_proxy_all_of_it() {
        let (sockets, now) = (Sockets::new(FEW, Arc::default()), Instant::now());
        let hold = |address: &str| {
            let permit = Arc::new(sockets.admit(ip(address), now)?);
            let request = permit.request(Version::HTTP_11);
            Some((permit, request))
        };
        let _two = [hold("203.0.113.9").unwrap(), hold("::ffff:203.0.113.9").unwrap()];
        assert!(hold("203.0.113.9").is_none(), "a third one of the same address");
        assert!(sockets.since_limit().is_some(), "the alarm says so");
        let _other = hold("203.0.113.10").expect("another address has its own share");
        let _local = hold("127.0.0.1").expect("the fourth");
        for proxy in ["::ffff:127.0.0.1", "::1", "10.0.0.4"] {
            let proxies = Arc::<TrustedProxies>::default();
            proxies.set(&["10.0.0.0/24".to_owned()]);
            let sockets = Sockets::new(FEW, proxies);
            let many: Vec<_> = (0..4).filter_map(|_| sockets.admit(ip(proxy), now)).collect();
            assert_eq!(many.len(), 4, "it is bounded by the total only: {proxy}");
            assert!(sockets.since_limit().is_none(), "{proxy}");
        }
    }

    #[test]
    fn a_socket_that_is_closed_frees_its_permit() {
        let (sockets, now) = (Sockets::new(FEW, Arc::default()), Instant::now());
        for _ in 0..100 {
            drop(sockets.admit(ip("127.0.0.1"), now).expect("there is room"));
        }
        assert!(sockets.table().open.is_empty() && sockets.since_limit().is_none());
    }
}

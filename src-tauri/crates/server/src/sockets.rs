//! The connections that are open: how many there may be, how long each may wait, and which one gives way when there are
//! as many as there may be.
//!
//! A silent socket costs its sender nothing. So a new one is not refused for the sake of those that wait: the one that
//! waits longest without ever having asked for anything is closed in its place, or else the one that has been idle
//! longest. Only when all have a request under way is the new one closed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use axum::http::Version;

use crate::throttle::network;

/// Bounds of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// How many may be open at once. Where the system gives fewer files, as many as leave some for the rest of the
    /// program.
    pub all: usize,
    /// How many of them may come from one address (for IPv6, one /64 network). Loopback is excepted: a proxy on this
    /// computer stands for all of its clients.
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

/// At most how often the log says that the limit is met.
const LOGGED: Duration = Duration::from_mins(1);

/// All open sockets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sockets(Arc<Inner>);

struct Inner {
    limits: SocketLimits,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    next: u64,
    open: HashMap<u64, (IpAddr, Arc<Mutex<Standing>>)>,
    met: Option<Instant>,
    logged: Option<Instant>,
}

/// How a socket stands.
struct Standing {
    /// Requests that are being answered.
    in_flight: u32,
    /// There was a request.
    has_asked: bool,
    /// It speaks HTTP/2, where bytes may come and go between requests.
    is_http2: bool,
    /// When it was opened, or its last request was answered.
    since: Instant,
    /// When the first byte of a head came.
    head_since: Option<Instant>,
    /// It gives way to another one.
    is_ended: bool,
    /// Whom to wake when it is to end.
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

/// The place of one open socket, until it is dropped.
pub(crate) struct Seat {
    sockets: Sockets,
    id: u64,
    standing: Arc<Mutex<Standing>>,
}

impl Sockets {
    pub(crate) fn new(limits: SocketLimits) -> Self {
        Self(Arc::new(Inner { limits, table: Mutex::default() }))
    }

    pub(crate) fn limits(&self) -> &SocketLimits {
        &self.0.limits
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new socket in. `None` when there is no place for it.
    pub(crate) fn admit(&self, from: IpAddr, now: Instant) -> Option<Seat> {
        let from = network(from);
        let mut table = self.table();
        let of_it = |address: IpAddr| address == from;
        let is_crowd = !from.is_loopback()
            && table.open.values().filter(|(address, _)| of_it(*address)).count() >= self.0.limits.each;
        if is_crowd && !table.make_room(of_it) {
            table.meets(now, "one address has as many connections open as it may");
            return None;
        }
        if table.open.len() >= self.0.limits.all {
            table.meets(now, "as many connections are open as there may be");
            if !table.make_room(|_| true) {
                return None;
            }
        }
        let standing = Arc::new(Mutex::new(Standing {
            in_flight: 0,
            has_asked: false,
            is_http2: false,
            since: now,
            head_since: None,
            is_ended: false,
            waker: None,
        }));
        table.next += 1;
        let id = table.next;
        table.open.insert(id, (from, Arc::clone(&standing)));
        drop(table);
        Some(Seat { sockets: self.clone(), id, standing })
    }

    /// How long ago a limit was met the last time, if it ever was.
    pub(crate) fn met(&self) -> Option<Duration> {
        self.table().met.map(|at| at.elapsed())
    }
}

impl Table {
    /// Ends the socket that is missed the least among those of these addresses. False when all have requests under way.
    fn make_room(&mut self, of: impl Fn(IpAddr) -> bool) -> bool {
        let waiting =
            self.open.iter().filter(|(_, (address, _))| of(*address)).filter_map(|(id, (_, one))| {
                let one = locked(one);
                (one.in_flight == 0).then_some((one.has_asked, one.since, *id))
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

    fn meets(&mut self, now: Instant, why: &str) {
        self.met = Some(now);
        if self.logged.is_none_or(|at| now.duration_since(at) >= LOGGED) {
            self.logged = Some(now);
            tracing::warn!(open = self.open.len(), "{why}; those that wait longest are closed");
        }
    }
}

fn locked(standing: &Mutex<Standing>) -> MutexGuard<'_, Standing> {
    standing.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seat {
    pub(crate) fn limits(&self) -> &SocketLimits {
        self.sockets.limits()
    }

    /// Whether a socket with nothing to read goes on waiting. `waker` is woken when it has to give way.
    pub(crate) fn wait(&self, now: Instant, waker: &Waker) -> Wait {
        let limits = self.limits();
        let mut one = locked(&self.standing);
        let due = match (one.has_asked, one.head_since) {
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

    /// Bytes came.
    pub(crate) fn heard(&self, now: Instant) {
        let mut one = locked(&self.standing);
        if one.has_asked && !one.is_http2 && one.in_flight == 0 && one.head_since.is_none() {
            one.head_since = Some(now);
        }
    }

    /// Bytes of an answer went.
    pub(crate) fn said(&self, now: Instant) {
        let mut one = locked(&self.standing);
        if one.has_asked && !one.is_http2 {
            one.since = now;
        }
    }

    /// A request is being answered until what this returns is dropped.
    pub(crate) fn request(self: &Arc<Self>, version: Version) -> InFlight {
        let mut one = locked(&self.standing);
        one.in_flight += 1;
        one.has_asked = true;
        one.is_http2 = version >= Version::HTTP_2;
        one.head_since = None;
        drop(one);
        InFlight(Arc::clone(self))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.sockets.table().open.remove(&self.id);
    }
}

/// A request that is being answered.
pub(crate) struct InFlight(Arc<Seat>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut one = locked(&self.0.standing);
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

    fn is_over(seat: &Seat, now: Instant) -> bool {
        seat.wait(now, Waker::noop()) == Wait::Over
    }

    #[test]
    fn the_first_head_has_ten_seconds_a_next_one_too_and_idleness_75() {
        let (sockets, start) = (Sockets::new(FEW), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let seat = Arc::new(sockets.admit(ip("127.0.0.1"), start).unwrap());
        seat.heard(after(9));
        assert_eq!(seat.wait(after(9), Waker::noop()), Wait::Until(after(10)), "a byte gives no more time");
        assert!(is_over(&seat, after(10)), "the head is not there");
        let request = seat.request(Version::HTTP_11);
        assert_eq!(seat.wait(after(500), Waker::noop()), Wait::InFlight, "its own time bounds a request");
        drop(request);
        let idle = Instant::now();
        seat.heard(idle + Duration::from_secs(70));
        assert!(!is_over(&seat, idle + Duration::from_secs(79)), "the next head has begun in time");
        assert!(is_over(&seat, idle + Duration::from_secs(80)), "and has ten seconds");
    }

    #[test]
    fn pings_of_http_2_keep_no_socket_open_and_end_none() {
        let sockets = Sockets::new(FEW);
        let seat = Arc::new(sockets.admit(ip("127.0.0.1"), Instant::now()).unwrap());
        drop(seat.request(Version::HTTP_2));
        let idle = Instant::now();
        for seconds in [20, 40, 60] {
            seat.heard(idle + Duration::from_secs(seconds));
            seat.said(idle + Duration::from_secs(seconds));
            assert!(!is_over(&seat, idle + Duration::from_secs(seconds + 12)), "no head has begun");
        }
        assert!(is_over(&seat, idle + Duration::from_secs(76)), "nobody has asked for 75 s");
    }

    #[test]
    fn a_new_socket_displaces_the_one_that_is_missed_the_least() {
        let (sockets, start) = (Sockets::new(FEW), Instant::now());
        let open = |n: u64| Arc::new(sockets.admit(ip("127.0.0.1"), start + Duration::from_secs(n)).unwrap());
        let (busy, idle, silent, newest) = (open(0), open(1), open(2), open(3));
        let _request = busy.request(Version::HTTP_11);
        drop(idle.request(Version::HTTP_11));
        let now = start + Duration::from_secs(4);
        assert!(sockets.met().is_none(), "the limit is not met by being reached");
        let _fifth = open(4);
        assert!(is_over(&silent, now), "the one that was silent longest");
        assert!(!is_over(&idle, now) && !is_over(&newest, now), "and no other one");
        assert!(sockets.met().is_some(), "the alarm says so");
        drop(silent);
        let _more = [open(5), open(6)];
        assert!(is_over(&newest, now), "silent ones come first, though they are younger than the idle one");
        assert!(!is_over(&idle, now) && busy.wait(now, Waker::noop()) == Wait::InFlight);
    }

    #[test]
    fn when_all_have_requests_under_way_a_new_one_is_closed() {
        let (sockets, now) = (Sockets::new(FEW), Instant::now());
        let seats: Vec<_> = (0..4).map(|_| Arc::new(sockets.admit(ip("::1"), now).unwrap())).collect();
        let mut requests: Vec<_> = seats.iter().map(|seat| seat.request(Version::HTTP_11)).collect();
        assert!(sockets.admit(ip("::1"), now).is_none(), "there is no place");
        requests.pop();
        assert!(sockets.admit(ip("::1"), now).is_some(), "the one that ended gives way");
    }

    #[test]
    fn one_address_has_its_share_and_a_proxy_on_this_computer_all_of_it() {
        let (sockets, now) = (Sockets::new(FEW), Instant::now());
        let hold = |address: &str| {
            let seat = Arc::new(sockets.admit(ip(address), now)?);
            let request = seat.request(Version::HTTP_11);
            Some((seat, request))
        };
        let _two = [hold("203.0.113.9").unwrap(), hold("::ffff:203.0.113.9").unwrap()];
        assert!(hold("203.0.113.9").is_none(), "a third one of the same address");
        assert!(sockets.met().is_some(), "the alarm says so");
        let _other = hold("203.0.113.10").expect("another address has its own share");
        let _local = hold("127.0.0.1").expect("the fourth");
        let sockets = Sockets::new(FEW);
        let many: Vec<_> = (0..4).filter_map(|_| sockets.admit(ip("::ffff:127.0.0.1"), now)).collect();
        assert_eq!(many.len(), 4, "loopback is bounded by the total only");
        assert!(sockets.met().is_none());
    }

    #[test]
    fn a_socket_that_is_gone_frees_its_place() {
        let (sockets, now) = (Sockets::new(FEW), Instant::now());
        for _ in 0..100 {
            drop(sockets.admit(ip("127.0.0.1"), now).expect("there is a place"));
        }
        assert!(sockets.table().open.is_empty() && sockets.met().is_none());
    }
}

//! Bounds guessing: how often a client address may fail to authenticate. Tokens hold 256 random bits, so no one guesses
//! one; this limits what the attempts cost in log and processor time.
//!
//! An authenticated request is never counted and never refused here, even if others fail from the same address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many failures an address has within a window before it has to wait.
const MOST_FAILURES: u32 = 20;
/// How long a window lasts, in milliseconds.
const WINDOW: i64 = 60_000;
/// How many addresses are remembered at once; one of them takes a few dozen bytes.
const MOST_ADDRESSES: usize = 10_000;

/// The failures of each address in its present window.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<IpAddr, Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    began: i64,
    failures: u32,
}

impl Window {
    fn is_over(self, now: i64) -> bool {
        // A clock that was set back must not make a client wait for longer than a window.
        now - self.began >= WINDOW || now < self.began
    }
}

impl Throttle {
    /// Counts a failure. When there were too many of them: after how many whole seconds to try again.
    pub(crate) fn failed(&self, client: IpAddr, now: Timestamp) -> Option<u64> {
        let now = now.as_millisecond();
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = network(client);
        if !windows.contains_key(&key) && windows.len() >= MOST_ADDRESSES {
            make_room(&mut windows, now);
        }
        let window = windows.entry(key).or_insert(Window { began: now, failures: 0 });
        if window.is_over(now) {
            *window = Window { began: now, failures: 0 };
        }
        window.failures = window.failures.saturating_add(1);
        let left = window.began + WINDOW - now;
        (window.failures > MOST_FAILURES).then(|| u64::try_from((left + 999) / 1000).unwrap_or(1).max(1))
    }
}

/// What counts as one client: an IPv4 address, or the network of an IPv6 one, of which each client has a whole /64.
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() & (u128::MAX << 64)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Forgets what is over, or else the older half: to have failed long ago is worth the least.
fn make_room(windows: &mut HashMap<IpAddr, Window>, now: i64) {
    windows.retain(|_, window| !window.is_over(now));
    if windows.len() < MOST_ADDRESSES {
        return;
    }
    let mut began: Vec<i64> = windows.values().map(|window| window.began).collect();
    let (_, &mut middle, _) = began.select_nth_unstable(MOST_ADDRESSES / 2);
    let mut room = MOST_ADDRESSES / 2;
    windows.retain(|_, window| {
        let goes = room > 0 && window.began <= middle;
        room -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_twenty_first_failure_of_a_minute_has_to_wait_until_the_minute_is_over() {
        let throttle = Throttle::default();
        for n in 0..20 {
            assert_eq!(throttle.failed(ip("192.0.2.1"), at(n * 100)), None, "failure {n}");
        }
        let first = throttle.failed(ip("192.0.2.1"), at(2_500));
        assert_eq!(first, Some(58), "57.5 s, rounded up");
        let second = throttle.failed(ip("192.0.2.1"), at(59_999));
        assert_eq!(second, Some(1));
        assert_eq!(throttle.failed(ip("192.0.2.2"), at(3_000)), None, "another address is not meant");
        assert_eq!(throttle.failed(ip("192.0.2.1"), at(60_000)), None, "a new minute");
    }

    #[test]
    fn a_clock_that_is_set_back_begins_a_new_window() {
        let throttle = Throttle::default();
        for _ in 0..30 {
            throttle.failed(ip("192.0.2.1"), at(0));
        }
        assert_eq!(throttle.failed(ip("192.0.2.1"), at(-1)), None);
    }

    #[test]
    fn a_network_of_ipv6_and_a_mapped_address_are_one_client() {
        let throttle = Throttle::default();
        for n in 0..20 {
            throttle.failed(ip(&format!("2001:db8::{n:x}")), at(0));
            throttle.failed(ip("::ffff:192.0.2.1"), at(0));
        }
        assert!(throttle.failed(ip("2001:db8::ffff"), at(0)).is_some(), "the same /64");
        assert_eq!(throttle.failed(ip("2001:db8:0:1::1"), at(0)), None, "another /64");
        assert!(throttle.failed(ip("192.0.2.1"), at(0)).is_some(), "the same IPv4 address");
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_remembered() {
        let throttle = Throttle::default();
        for n in 0..MOST_ADDRESSES * 3 {
            let address = IpAddr::V4(u32::try_from(n).unwrap().into());
            throttle.failed(address, at(i64::try_from(n).unwrap() / 1_000));
        }
        let remembered = throttle.0.lock().unwrap().len();
        assert!(remembered <= MOST_ADDRESSES, "{remembered} addresses");
        let last = IpAddr::V4(u32::try_from(MOST_ADDRESSES * 3 - 1).unwrap().into());
        assert_eq!(throttle.0.lock().unwrap()[&last].failures, 1, "the newest is among them");
        // All at the same moment: still bounded.
        for n in 0..MOST_ADDRESSES * 2 {
            throttle.failed(IpAddr::V4((0x0a00_0000 + u32::try_from(n).unwrap()).into()), at(40));
        }
        assert!(throttle.0.lock().unwrap().len() <= MOST_ADDRESSES);
    }
}

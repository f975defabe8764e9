//! Time and ids are values: everything that needs one asks here, so that tests can move the clock and repeat ids.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use uuid::Uuid;

/// The time: the machine's, or one that a test moves. Clones share one clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds since 1970 of a clock that a test moves; `None`: the machine's.
    fixed: Option<Arc<AtomicI64>>,
    /// The high-water mark, in milliseconds since 1970.
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's wall clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that shows `start` until [`Clock::advance`] or [`Clock::set_back`] moves it.
    pub fn fixed(start: Timestamp) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(start.as_millisecond()))), ..Self::default() }
    }

    /// Moves a fixed clock; the system clock is not moved.
    pub fn advance(&self, by: std::time::Duration) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Sets a fixed clock back; the system clock is not moved.
    pub fn set_back(&self, by: std::time::Duration) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// The time in whole milliseconds, which is what the store keeps.
    pub fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(fixed) => from_millis(fixed.load(Ordering::SeqCst)),
            None => from_millis(system_now().as_millisecond()),
        }
    }

    /// The latest time that was ever read here, or recalled by [`Clock::recall`]: it never goes back. Whatever expires
    /// is judged by it, so that a clock that is set back revives nothing.
    pub fn latest(&self) -> Timestamp {
        let now = self.now().as_millisecond();
        from_millis(self.latest.fetch_max(now, Ordering::SeqCst).max(now))
    }

    /// Takes the high-water mark of an earlier process.
    pub(crate) fn recall(&self, mark: Timestamp) {
        self.latest.fetch_max(mark.as_millisecond(), Ordering::SeqCst);
    }

    /// Makes the present time the latest one.
    pub(crate) fn forget_latest(&self) -> Timestamp {
        let now = self.now();
        self.latest.store(now.as_millisecond(), Ordering::SeqCst);
        now
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

/// A stored time. A value outside of jiff's range (year 9999) is clamped to it.
pub(crate) fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Makes ids: random ones, or a repeatable sequence for tests.
#[derive(Clone, Debug, Default)]
pub struct Ids(Option<Arc<Mutex<u64>>>);

impl Ids {
    /// Random ids.
    pub fn random() -> Self {
        Self(None)
    }

    /// The same sequence in every run.
    pub fn sequence() -> Self {
        Self(Some(Arc::new(Mutex::new(0))))
    }

    /// An id for a resource, an activity or a change: a UUID version 7, so that later ids sort later.
    pub fn ordered(&self, now: Timestamp) -> String {
        match self.next() {
            Some(n) => {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                let mut bytes = [0; 10];
                bytes[2..].copy_from_slice(&n.to_be_bytes());
                uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
            }
            None => random_ordered().to_string(),
        }
    }

    /// An id that cannot be guessed from another one: a UUID version 4, for connections.
    pub fn opaque(&self) -> String {
        match self.next() {
            Some(n) => uuid::Builder::from_random_bytes(u128::from(n).to_be_bytes()).into_uuid().to_string(),
            None => random_opaque().to_string(),
        }
    }

    fn next(&self) -> Option<u64> {
        let counter = self.0.as_ref()?;
        let mut n = counter.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *n += 1;
        Some(*n)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where ordered ids are drawn")]
fn random_ordered() -> Uuid {
    // The time inside is the machine's: it orders ids and is never read back as a time.
    Uuid::now_v7()
}

#[expect(clippy::disallowed_methods, reason = "the one place where opaque ids are drawn")]
fn random_opaque() -> Uuid {
    Uuid::new_v4()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later() {
        let ids = Ids::random();
        let clock = Clock::system();
        let drawn: Vec<String> = (0..1000).map(|_| ids.ordered(clock.now())).collect();
        let mut sorted = drawn.clone();
        sorted.sort();
        assert_eq!(drawn, sorted, "lists are ordered by id, so ids must follow creation");
    }

    #[test]
    fn every_id_has_the_form_that_an_id_is_known_by() {
        for ids in [Ids::random(), Ids::sequence()] {
            let drawn = [ids.ordered(Clock::system().now()), ids.opaque()];
            assert!(drawn.iter().all(|id| scim::is_id(id)), "{drawn:?} would be refused as members");
        }
    }

    #[test]
    fn a_fixed_clock_moves_only_when_it_is_moved() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let copy = clock.clone();
        clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(copy.now().as_millisecond(), 2000, "copies of a clock show the same time");
    }

    #[test]
    fn the_latest_time_does_not_go_back_with_the_clock() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        clock.advance(std::time::Duration::from_mins(1));
        assert_eq!(clock.latest().as_second(), 60, "it follows the clock ahead");
        clock.clone().set_back(std::time::Duration::from_secs(50));
        assert_eq!((clock.now().as_second(), clock.latest().as_second()), (10, 60), "but not back");
        clock.recall(from_millis(90_000));
        assert_eq!(clock.latest().as_second(), 90, "what an earlier process saw counts too");
        clock.forget_latest();
        assert_eq!(clock.latest().as_second(), 10, "until an Admin trusts the clock again");
    }
}

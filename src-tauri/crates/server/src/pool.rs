//! What all connections draw on together: requests in flight, and bytes of bodies on their way in. No connection can take
//! so much that another one gets none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How much there is, and how it is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// What there is for all connections together.
    pub all: usize,
    /// What one connection may hold.
    pub each: usize,
    /// The last of it, which is there for connections that hold little.
    pub reserve: usize,
}

impl PoolLimits {
    /// Whether a connection that holds `held` gets `amount` more while `free` is left.
    ///
    /// Above the reserve the first to ask gets it. Of the reserve a connection that holds nothing gets what it asks for,
    /// any other one as long as it holds no more than a quarter of what is free: however many others hold all they may,
    /// a new one is served.
    const fn grants(&self, free: usize, held: usize, amount: usize) -> bool {
        let after = held.saturating_add(amount);
        if amount > free || after > self.each {
            return false;
        }
        free - amount >= self.reserve || held == 0 || after.saturating_mul(4) <= free
    }
}

/// A pool of one kind.
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    bounds: PoolLimits,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<Arc<str>, usize>,
}

impl Pool {
    pub(crate) fn new(bounds: PoolLimits) -> Self {
        Self(Arc::new(Inner { bounds, taken: Mutex::default() }))
    }

    /// A share of this connection's, which holds nothing yet.
    pub(crate) fn share(&self, connection_id: &str) -> Share {
        Share { pool: Arc::clone(&self.0), connection_id: connection_id.into(), amount: 0 }
    }
}

/// What one request holds of a pool, until it is dropped.
pub(crate) struct Share {
    pool: Arc<Inner>,
    connection_id: Arc<str>,
    amount: usize,
}

impl Share {
    /// Takes so much more. False when the connection gets none now; then what it holds is unchanged.
    #[must_use]
    pub(crate) fn take(&mut self, amount: usize) -> bool {
        let mut taken = self.pool.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let held = taken.by.get(&self.connection_id).copied().unwrap_or(0);
        if !self.pool.bounds.grants(self.pool.bounds.all - taken.all, held, amount) {
            return false;
        }
        taken.all += amount;
        taken.by.insert(Arc::clone(&self.connection_id), held + amount);
        drop(taken);
        self.amount += amount;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut taken = self.pool.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= self.amount;
        if let Some(held) = taken.by.get_mut(&self.connection_id) {
            *held -= self.amount;
            if *held == 0 {
                taken.by.remove(&self.connection_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: PoolLimits = PoolLimits { all: 256, each: 128, reserve: 64 };

    /// Takes one after the other until there is none.
    fn fill(pool: &Pool, connection_id: &str) -> Vec<Share> {
        let one = || {
            let mut share = pool.share(connection_id);
            share.take(1).then_some(share)
        };
        std::iter::from_fn(one).collect()
    }

    #[test]
    fn one_connection_alone_gets_its_half_and_what_it_gives_back_is_there_again() {
        let pool = Pool::new(BOUNDS);
        let mut held = fill(&pool, "a");
        assert_eq!(held.len(), 128, "what one connection may hold");
        held.truncate(100);
        assert_eq!(fill(&pool, "a").len(), 28, "what was given back");
        drop(held);
        assert!(
            pool.0.taken.lock().unwrap().by.is_empty(),
            "a connection that holds nothing is not remembered"
        );
    }

    #[test]
    fn the_reserve_is_for_connections_that_hold_little() {
        let pool = Pool::new(BOUNDS);
        let first = fill(&pool, "a");
        let second = fill(&pool, "b");
        assert_eq!((first.len(), second.len()), (128, 64), "the second does not take the last 64");
        let third = fill(&pool, "c");
        assert_eq!(
            third.len(),
            13,
            "a newcomer gets several of them: 13 are a quarter of the 52 that are free then"
        );
        for n in 0..20 {
            let mut share = pool.share(&format!("newcomer {n}"));
            assert!(share.take(1), "newcomer {n} is served");
        }
        assert!(!pool.share("a").take(1) && !pool.share("b").take(1), "one that holds much has to wait");
    }

    #[test]
    fn a_share_grows_piece_by_piece_and_never_beyond_its_bounds() {
        let pool = Pool::new(PoolLimits { all: 64, each: 16, reserve: 8 });
        let mut share = pool.share("a");
        assert!(share.take(10) && share.take(6), "all that one may hold");
        assert!(!share.take(1), "and no more");
        assert!(!pool.share("a").take(1), "nor by another of its requests");
        assert!(!pool.share("b").take(17), "nor another connection at once");
        drop(share);
        assert!(pool.share("a").take(16), "what was refused took nothing");
    }

    #[test]
    fn many_threads_never_hold_more_than_there_is() {
        let pool = Pool::new(PoolLimits { all: 8, each: 4, reserve: 2 });
        std::thread::scope(|scope| {
            for n in 0..8 {
                let pool = &pool;
                scope.spawn(move || {
                    for _ in 0..2_000 {
                        let mut share = pool.share(if n % 2 == 0 { "a" } else { "b" });
                        let _granted = share.take(1);
                        let taken = pool.0.taken.lock().unwrap();
                        assert!(taken.all <= 8 && taken.by.values().all(|held| *held <= 4), "within bounds");
                        assert_eq!(
                            taken.by.values().sum::<usize>(),
                            taken.all,
                            "each of it is some connection's"
                        );
                    }
                });
            }
        });
        assert_eq!(pool.0.taken.lock().unwrap().all, 0, "all was given back");
    }
}

//! Counts exchanges that are alike. The first ones of a kind within a minute are handed back, to be recorded one by one; those
//! that follow are counted, and only the newest of them is held.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The windows that are open.
pub(crate) struct Floods<K, T>(Mutex<HashMap<K, Window<T>>>);

struct Window<T> {
    recorded: u32,
    counted: Option<Counted<T>>,
}

/// Those that were counted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counted<T> {
    pub count: u64,
    /// What `add` was given with the first of them.
    pub first: jiff::Timestamp,
    pub newest: T,
}

impl<K, T> Default for Floods<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// What was done with one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Added<T> {
    /// It began a window, which is to be ended after a minute.
    pub begins: bool,
    /// It is handed back: it is to be recorded by itself.
    pub row: Option<T>,
}

impl<K: Eq + Hash + Clone, T> Floods<K, T> {
    fn windows(&self) -> MutexGuard<'_, HashMap<K, Window<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one that arrived at this time. At most `rows` of a window are handed back.
    pub(crate) fn add(&self, kind: &K, at: jiff::Timestamp, one: T, rows: u32) -> Added<T> {
        let mut windows = self.windows();
        let begins = !windows.contains_key(kind);
        if begins {
            windows.insert(kind.clone(), Window { recorded: 0, counted: None });
        }
        let Some(window) = windows.get_mut(kind) else { return Added { begins, row: Some(one) } };
        if window.recorded < rows {
            window.recorded += 1;
            return Added { begins, row: Some(one) };
        }
        match &mut window.counted {
            Some(counted) => {
                counted.count += 1;
                counted.newest = one;
            }
            none => *none = Some(Counted { count: 1, first: at, newest: one }),
        }
        Added { begins, row: None }
    }

    /// Ends a window: what it counted.
    pub(crate) fn end(&self, kind: &K) -> Option<Counted<T>> {
        self.windows().remove(kind)?.counted
    }

    /// How many windows are open.
    pub(crate) fn len(&self) -> usize {
        self.windows().len()
    }

    pub(crate) fn kinds(&self) -> Vec<K> {
        self.windows().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_first_ones_are_handed_back_and_each_of_the_others_is_counted() {
        let floods = Floods::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(floods.add(&"a", at(1), 1, 2), Added { begins: true, row: Some(1) });
        assert_eq!(floods.add(&"a", at(2), 2, 2), Added { begins: false, row: Some(2) });
        for second in 3..8 {
            assert_eq!(floods.add(&"a", at(second), second, 2), Added { begins: false, row: None });
        }
        assert_eq!(floods.add(&"b", at(9), 9, 0), Added { begins: true, row: None }, "another kind");
        assert_eq!(floods.len(), 2);
        assert_eq!(floods.end(&"a"), Some(Counted { count: 5, first: at(3), newest: 7 }));
        assert_eq!(floods.end(&"a"), None, "once");
        assert_eq!(floods.end(&"b"), Some(Counted { count: 1, first: at(9), newest: 9 }));
    }
}

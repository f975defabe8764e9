//! Counts what arrives in floods. The first of a kind begins a window; those that follow within it are counted, and only
//! the newest of them is held.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many windows may be open for connections of which it is not known whether they exist.
const MOST_UNKNOWN: usize = 64;

/// A connection's id and the reason of a refusal.
pub(crate) type Kind = (String, &'static str);

/// The windows that are open.
pub(crate) struct Floods<T>(Mutex<HashMap<Kind, Window<T>>>);

struct Window<T> {
    is_known: bool,
    count: u64,
    newest: Option<T>,
}

impl<T> Default for Floods<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// What was done with one.
pub(crate) enum Added<T> {
    /// It begins a window; a known one is handed back.
    First(Option<T>),
    /// It is counted, or there are too many windows of unknown ones.
    Counted,
}

impl<T> Floods<T> {
    fn windows(&self) -> MutexGuard<'_, HashMap<Kind, Window<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, kind: &Kind, one: T, is_known: bool) -> Added<T> {
        let mut windows = self.windows();
        let is_full = || windows.values().filter(|window| !window.is_known).count() >= MOST_UNKNOWN;
        let is_dropped = !is_known && !windows.contains_key(kind) && is_full();
        if is_dropped {
            return Added::Counted;
        }
        match windows.entry(kind.clone()) {
            Entry::Occupied(mut window) => {
                let window = window.get_mut();
                window.count += 1;
                window.newest = Some(one);
                Added::Counted
            }
            Entry::Vacant(vacant) if is_known => {
                vacant.insert(Window { is_known, count: 0, newest: None });
                Added::First(Some(one))
            }
            Entry::Vacant(vacant) => {
                vacant.insert(Window { is_known, count: 1, newest: Some(one) });
                Added::First(None)
            }
        }
    }

    /// Ends a window: how many it counted, and the newest of them.
    pub(crate) fn end(&self, kind: &Kind) -> Option<(u64, T)> {
        let Window { count, newest, .. } = self.windows().remove(kind)?;
        Some((count, newest?))
    }

    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.windows().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_unknown_connections_are_bounded_and_those_of_known_ones_are_not() {
        let floods = Floods::default();
        for n in 0..1_000 {
            floods.add(&(format!("unknown {n}"), "busy"), n, false);
        }
        assert_eq!(floods.kinds().len(), MOST_UNKNOWN, "random ids take no more memory than that");
        let known = ("known".to_owned(), "busy");
        assert!(matches!(floods.add(&known, 7, true), Added::First(Some(7))), "a known one has its window");
        assert!(matches!(floods.add(&known, 8, true), Added::Counted));
        assert!(matches!(floods.add(&known, 9, false), Added::Counted));
        assert_eq!(floods.end(&known), Some((2, 9)), "the newest represents both");
        assert_eq!(floods.end(&known), None, "once");
    }
}

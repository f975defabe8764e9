//! Counts what arrives in floods. The first of a kind begins a window; those that follow within it are counted, and only
//! the newest of them is held. What would need one window too many is counted by its reason alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many windows may be open for connections of which it is not known whether they exist.
const MOST_UNKNOWN: usize = 64;

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The refusals of one connection for one reason.
    Connection {
        /// Its id, as the request names it.
        id: String,
        reason: &'static str,
    },
    /// The refusals for one reason of connections that have no window.
    Overflow { reason: &'static str },
}

impl Kind {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Connection { reason, .. } | Self::Overflow { reason } => reason,
        }
    }
}

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
    /// It begins a window of this kind; a known one is handed back.
    First(Kind, Option<T>),
    /// It is counted in a window.
    Counted,
}

impl<T> Floods<T> {
    fn windows(&self) -> MutexGuard<'_, HashMap<Kind, Window<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, kind: Kind, one: T, is_known: bool) -> Added<T> {
        let mut windows = self.windows();
        let is_full = || windows.values().filter(|window| !window.is_known).count() >= MOST_UNKNOWN;
        let kind = if !is_known && !windows.contains_key(&kind) && is_full() {
            Kind::Overflow { reason: kind.reason() }
        } else {
            kind
        };
        match windows.entry(kind.clone()) {
            Entry::Occupied(mut window) => {
                let window = window.get_mut();
                window.count += 1;
                window.newest = Some(one);
                Added::Counted
            }
            Entry::Vacant(vacant) if is_known => {
                vacant.insert(Window { is_known, count: 0, newest: None });
                Added::First(kind, Some(one))
            }
            Entry::Vacant(vacant) => {
                vacant.insert(Window { is_known, count: 1, newest: Some(one) });
                Added::First(kind, None)
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

    fn busy(id: &str) -> Kind {
        Kind::Connection { id: id.to_owned(), reason: "busy" }
    }

    #[test]
    fn windows_of_unknown_connections_are_bounded_and_those_of_known_ones_are_not() {
        let floods = Floods::default();
        for n in 0..1_000 {
            floods.add(busy(&format!("unknown {n}")), n, false);
        }
        let overflow = Kind::Overflow { reason: "busy" };
        let kinds = floods.kinds();
        assert_eq!(kinds.len(), MOST_UNKNOWN + 1, "random ids take no more memory than that");
        assert!(kinds.contains(&overflow), "{kinds:?}");
        let known = busy("known");
        assert!(
            matches!(floods.add(known.clone(), 7, true), Added::First(_, Some(7))),
            "a known one has its window"
        );
        assert!(matches!(floods.add(known.clone(), 8, true), Added::Counted));
        assert!(matches!(floods.add(known.clone(), 9, false), Added::Counted));
        assert_eq!(floods.end(&known), Some((2, 9)), "the newest represents both");
        assert_eq!(floods.end(&known), None, "once");
    }

    #[test]
    fn what_has_no_window_is_counted_by_its_reason() {
        let floods = Floods::default();
        for n in 0..100 {
            floods.add(busy(&format!("unknown {n}")), n, false);
        }
        floods.add(Kind::Connection { id: "late".to_owned(), reason: "late" }, 100, false);
        let counted: u64 =
            floods.kinds().iter().filter_map(|kind| floods.end(kind)).map(|(count, _)| count).sum();
        assert_eq!(counted, 101, "each of them is counted");
        for n in 0..100 {
            floods.add(busy(&format!("unknown {n}")), n, false);
        }
        let overflow = Kind::Overflow { reason: "busy" };
        assert_eq!(
            floods.end(&overflow),
            Some((100 - MOST_UNKNOWN as u64, 99)),
            "those beyond the last window"
        );
    }
}

//! What the people of a connection have. Of many people that takes time, so it is remembered while requests arrive and an open
//! page asks again and again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use store::{Connection, EmailChoice};

/// So many people are looked at each time.
const FEW: u64 = 100;
/// How long it is remembered what more people have.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(30);

/// What people of a connection have.
#[derive(Clone, Default)]
pub(crate) struct StoredPeople {
    /// How many were looked at.
    pub read: u64,
    /// How many there are.
    pub all: u64,
    /// The fields that any of them has a value of, by their attribute.
    pub having: HashSet<&'static str>,
}

/// When people were looked at, by which choice, and what they have.
type Remembered = (Timestamp, EmailChoice, StoredPeople);

/// What many people of a connection have, by the connection's id.
#[derive(Clone, Default)]
pub(crate) struct RememberedPeople(Arc<Mutex<HashMap<String, Remembered>>>);

impl RememberedPeople {
    /// What is remembered of this connection.
    pub(crate) fn get(&self, connection: &Connection, now: Timestamp) -> Option<StoredPeople> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, ..)| (*at..=*at + REMEMBERED).contains(&now));
        let (_, choice, people) = known.get(&connection.id)?;
        let is_right = *choice == connection.choices.email && connection.people > FEW;
        is_right.then(|| people.clone())
    }

    /// Remembers it.
    pub(crate) fn put(&self, connection: &Connection, now: Timestamp, people: StoredPeople) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(connection.id.clone(), (now, connection.choices.email, people));
    }
}

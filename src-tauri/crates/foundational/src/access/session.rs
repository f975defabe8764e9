//! One signed-in person at one window, and the password that the session was begun with.

use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use store::{Account, Role};

/// How long a session lasts at most.
pub(super) const LONGEST: Duration = Duration::from_hours(12);
/// How long a password given counts for sensitive acts.
pub(super) const CONFIRMED: Duration = Duration::from_mins(5);

/// What a session was begun with: a digest of the account's password hash. A session ends with its password, however
/// that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Proof([u8; 32]);

impl Proof {
    pub(super) fn of(password_hash: Option<&str>) -> Self {
        Self(Sha256::digest(password_hash.unwrap_or_default().as_bytes()).into())
    }
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the list of sessions calls it; the window's own id is not shown.
    pub id: String,
    pub person_id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub locked: bool,
    /// Signed in with a passcode: a password must be chosen before anything else.
    pub must_choose_password: bool,
    pub started: Timestamp,
    pub(super) confirmed_until: Timestamp,
    pub(super) proof: Proof,
    /// The password that this window is setting at the moment.
    pub(super) next_proof: Option<Proof>,
    /// The same password, hashed again.
    pub(super) hashed_again: Option<Proof>,
}

impl Session {
    /// Whether the account still has the password that this session was begun with, or that this window set.
    pub fn is_proved_by(&self, account: &Account) -> bool {
        let now = Some(Proof::of(account.password_hash.as_deref()));
        Some(&self.proof) == now.as_ref() || self.next_proof == now || self.hashed_again == now
    }

    /// When it ends by itself.
    pub fn ends(&self) -> Timestamp {
        self.started + LONGEST
    }
}

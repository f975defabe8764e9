//! Who is signed in at which window. Sessions live in memory: after a restart of the app everyone signs in again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use store::Account;

use crate::access::actor::{Actor, Caller};
use crate::access::session::{CONFIRMED, Proof, Session};

#[derive(Default)]
struct Inner {
    sessions: HashMap<String, Session>,
    /// Why a window's last session ended, until a person signs in there again.
    ended: HashMap<String, String>,
    /// Why no person is signed in any more, until one is.
    ended_everywhere: Option<String>,
    /// How many sessions there were.
    count: u64,
    /// Hashes that were replaced by another one of the same password.
    hashed_again: HashMap<Proof, String>,
}

/// All sessions.
#[derive(Default)]
pub struct Sessions(Mutex<Inner>);

impl Sessions {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The caller with its session; one that is too old ends.
    pub fn actor(&self, caller: &Caller, now: Timestamp) -> Actor {
        let Caller::Window(window) = caller else { return Actor { caller: caller.clone(), session: None } };
        let mut inner = self.inner();
        let old = inner.sessions.get(window).is_some_and(|session| now >= session.ends());
        if old {
            inner.sessions.remove(window);
            inner
                .ended
                .insert(window.clone(), "Your session ended after 12 hours. Sign in again.".to_owned());
        }
        Actor { caller: caller.clone(), session: inner.sessions.get(window).cloned() }
    }

    /// Signs a person in at the caller's window.
    pub fn begin(&self, caller: &Caller, account: &Account, now: Timestamp) {
        let Caller::Window(window) = caller else { return };
        let mut inner = self.inner();
        inner.count += 1;
        let proof = Proof::of(account.password_hash.as_deref());
        let hashed_again = inner.hashed_again.get(&proof).map(|after| Proof::of(Some(after)));
        let session = Session {
            id: inner.count.to_string(),
            person_id: account.id.clone(),
            name: account.name.clone(),
            email: account.user_name.clone(),
            role: account.role,
            locked: false,
            must_choose_password: account.must_choose_password,
            started: now,
            confirmed_until: now + CONFIRMED,
            proof,
            next_proof: None,
            hashed_again,
        };
        inner.ended.remove(window);
        inner.ended_everywhere = None;
        inner.sessions.insert(window.clone(), session);
    }

    /// Resumes a remembered session: sensitive acts still ask for the password.
    pub fn begin_unconfirmed(&self, caller: &Caller, account: &Account, now: Timestamp) {
        self.begin(caller, account, now);
        self.with(caller, |session| session.confirmed_until = now);
    }

    /// Changes the caller's session, if there is one.
    fn with(&self, caller: &Caller, change: impl FnOnce(&mut Session)) {
        if let Caller::Window(window) = caller
            && let Some(session) = self.inner().sessions.get_mut(window)
        {
            change(session);
        }
    }

    pub fn lock(&self, caller: &Caller) {
        self.with(caller, |session| {
            session.locked = true;
            session.confirmed_until = session.started;
        });
    }

    /// Locks every window, as when the computer slept. Answers whether one was open.
    pub fn lock_all(&self) -> bool {
        let mut inner = self.inner();
        let mut any = false;
        for session in inner.sessions.values_mut() {
            any |= !session.locked;
            session.locked = true;
            session.confirmed_until = session.started;
        }
        any
    }

    /// Every session with its window, oldest first; those that are too old have ended.
    pub fn all(&self, now: Timestamp) -> Vec<(Caller, Session)> {
        let inner = self.inner();
        let mut all: Vec<(Caller, Session)> = inner
            .sessions
            .iter()
            .filter(|(_, session)| now < session.ends())
            .map(|(window, session)| (Caller::Window(window.clone()), session.clone()))
            .collect();
        // Those that began in the same moment are in the order of their numbers.
        all.sort_by_key(|(_, session)| (session.started, session.id.len(), session.id.clone()));
        all
    }

    /// The password was given again: the session is open and sensitive acts are possible for five minutes.
    pub fn confirm(&self, caller: &Caller, now: Timestamp) {
        self.with(caller, |session| {
            session.locked = false;
            session.confirmed_until = now + CONFIRMED;
        });
    }

    /// The caller's window is about to set another password of its own person: it goes on with that one.
    pub fn expect_password(&self, caller: &Caller, person_id: &str, password_hash: &str) {
        self.with(caller, |session| {
            if session.person_id == person_id {
                session.next_proof = Some(Proof::of(Some(password_hash)));
            }
        });
    }

    /// A person's password was replaced from the caller's window: every other session of that person ends, with its
    /// confirmation. Answers whether there was one.
    pub fn password_changed(&self, caller: &Caller, person_id: &str, why: &str) -> bool {
        self.with(caller, |session| {
            if let Some(next) = session.next_proof.take() {
                session.proof = next;
                session.hashed_again = None;
            }
        });
        let ended = self.end_where(why, |window, session| {
            session.person_id == person_id && !matches!(caller, Caller::Window(own) if own == window)
        });
        ended > 0
    }

    /// A password hash is about to be replaced by another one of the same password: sessions that begin by the one go on with
    /// either, also those of a sign-in that has read it and not ended yet. `false`: another sign-in replaces it already.
    pub fn hash_again(&self, before: &str, after: &str) -> bool {
        let before = Proof::of(Some(before));
        let mut inner = self.inner();
        if inner.hashed_again.contains_key(&before) {
            return false;
        }
        for session in inner.sessions.values_mut().filter(|session| session.proof == before) {
            session.hashed_again = Some(Proof::of(Some(after)));
        }
        inner.hashed_again.insert(before, after.to_owned());
        true
    }

    /// The account as it is once the hash that it was read with is replaced by another one of the same password. `None`: it is not.
    pub fn hashed_again(&self, account: &Account) -> Option<Account> {
        let before = Proof::of(account.password_hash.as_deref());
        let after = self.inner().hashed_again.get(&before).cloned()?;
        Some(Account { password_hash: Some(after), ..account.clone() })
    }

    /// The hash was not replaced: the next sign-in may.
    pub fn not_hashed_again(&self, before: &str) {
        self.inner().hashed_again.remove(&Proof::of(Some(before)));
    }

    /// A password was chosen in place of a passcode.
    pub fn password_chosen(&self, caller: &Caller) {
        self.with(caller, |session| session.must_choose_password = false);
    }

    /// Who is signed in anywhere.
    pub fn people(&self) -> Vec<String> {
        let mut people: Vec<String> =
            self.inner().sessions.values().map(|session| session.person_id.clone()).collect();
        people.sort();
        people.dedup();
        people
    }

    /// Whether this person is signed in anywhere.
    pub fn has(&self, person_id: &str) -> bool {
        self.inner().sessions.values().any(|session| session.person_id == person_id)
    }

    /// Gives every session of a person the role and name that the account has now.
    pub fn refresh(&self, account: &Account) {
        for session in self.inner().sessions.values_mut().filter(|session| session.person_id == account.id) {
            session.role = account.role;
            session.name.clone_from(&account.name);
            session.email.clone_from(&account.user_name);
        }
    }

    pub fn end(&self, caller: &Caller) {
        if let Caller::Window(window) = caller {
            self.inner().sessions.remove(window);
        }
    }

    /// Ends a session from another window.
    pub fn end_because(&self, caller: &Caller, why: &str) {
        if let Caller::Window(window) = caller {
            let mut inner = self.inner();
            inner.sessions.remove(window);
            inner.ended.insert(window.clone(), why.to_owned());
        }
    }

    /// Ends every session of a person who lost access. Answers how many there were.
    pub fn end_of_person(&self, person_id: &str, why: &str) -> u64 {
        self.end_where(why, |_, session| session.person_id == person_id)
    }

    fn end_where(&self, why: &str, ends: impl Fn(&str, &Session) -> bool) -> u64 {
        let mut inner = self.inner();
        let windows: Vec<String> = inner
            .sessions
            .iter()
            .filter(|(window, session)| ends(window, session))
            .map(|(window, _)| window.clone())
            .collect();
        for window in &windows {
            inner.sessions.remove(window);
            inner.ended.insert(window.clone(), why.to_owned());
        }
        windows.len() as u64
    }

    /// Ends every session; every window shows why.
    pub fn end_all(&self, why: &str) {
        let mut inner = self.inner();
        inner.sessions.clear();
        inner.ended_everywhere = Some(why.to_owned());
    }

    /// Why the caller's last session ended, if it was not the person's own choice.
    pub fn ended(&self, caller: &Caller) -> Option<String> {
        let Caller::Window(window) = caller else { return None };
        let inner = self.inner();
        inner.ended.get(window).or(inner.ended_everywhere.as_ref()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use store::Role;

    use super::*;

    fn account(role: Role) -> Account {
        Account {
            id: "1".into(),
            name: "Grace".into(),
            user_name: "grace@example.com".into(),
            connection_id: None,
            role,
            active: true,
            blocked: false,
            withheld: false,
            must_choose_password: false,
            password_hash: None,
        }
    }

    #[test]
    fn a_session_ends_with_its_password_and_goes_on_with_one_that_its_own_window_sets() {
        let now = Timestamp::UNIX_EPOCH;
        let sessions = Sessions::default();
        let with = |hash: &str| Account { password_hash: Some(hash.into()), ..account(Role::Member) };
        let (one, other) = (Caller::Window("1".into()), Caller::Window("2".into()));
        sessions.begin(&one, &with("$1"), now);
        sessions.begin(&other, &with("$1"), now);
        let proved = |caller: &Caller, hash: &str| {
            sessions.actor(caller, now).session.is_some_and(|session| session.is_proved_by(&with(hash)))
        };
        assert!(proved(&one, "$1") && !proved(&one, "$2"), "by the password it was begun with alone");
        sessions.expect_password(&one, "1", "$2");
        assert!(
            proved(&one, "$1") && proved(&one, "$2"),
            "while it is being set, before and after the commit"
        );
        assert!(!proved(&other, "$2"), "not at another window");
        assert!(sessions.password_changed(&one, "1", "changed"), "the other window had a session");
        assert!(proved(&one, "$2") && !proved(&one, "$1"), "the old password proves nothing any more");
        assert_eq!(sessions.ended(&other).as_deref(), Some("changed"), "with the reason");
    }

    #[test]
    fn a_session_goes_on_when_its_password_is_hashed_again_and_ends_with_another_one() {
        let now = Timestamp::UNIX_EPOCH;
        let sessions = Sessions::default();
        let with = |hash: &str| Account { password_hash: Some(hash.into()), ..account(Role::Member) };
        let (one, late) = (Caller::Window("1".into()), Caller::Window("2".into()));
        sessions.begin(&one, &with("$1"), now);
        assert!(sessions.hash_again("$1", "$2"), "the first one");
        assert!(!sessions.hash_again("$1", "$4"), "two sign-ins at once replace it once");
        let again = |hash: &str| sessions.hashed_again(&with(hash)).and_then(|account| account.password_hash);
        assert_eq!(
            (again("$1").as_deref(), again("$2")),
            (Some("$2"), None),
            "the hash that is replaced alone"
        );
        sessions.begin(&late, &with("$1"), now);
        let proved = |caller: &Caller, hash: &str| {
            sessions.actor(caller, now).session.is_some_and(|session| session.is_proved_by(&with(hash)))
        };
        for caller in [&one, &late] {
            assert!(proved(caller, "$1") && proved(caller, "$2"), "before and after the commit: {caller:?}");
            assert!(!proved(caller, "$3"), "not by another password: {caller:?}");
        }
        sessions.expect_password(&one, "1", "$3");
        assert!(sessions.password_changed(&one, "1", "changed"), "the other window had a session");
        assert!(proved(&one, "$3") && !proved(&one, "$2"), "the old password proves nothing any more");
    }

    #[test]
    fn losing_access_ends_every_session_of_that_person_only() {
        let now = Timestamp::UNIX_EPOCH;
        let sessions = Sessions::default();
        let (one, other) = (Caller::Window("1".into()), Caller::Window("2".into()));
        sessions.begin(&one, &account(Role::Admin), now);
        sessions.begin(&other, &Account { id: "2".into(), ..account(Role::Admin) }, now);
        assert_eq!(sessions.end_of_person("1", "deactivated"), 1, "there was one");
        assert!(sessions.actor(&one, now).session.is_none(), "ended");
        assert_eq!(sessions.ended(&one).as_deref(), Some("deactivated"), "with the reason");
        assert!(sessions.actor(&other, now).session.is_some(), "the other remains");
    }
}

//! Who is signed in at which window. Sessions live in memory: after a restart of the app everyone signs in again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use store::{Account, ChangeSource, Role};

use crate::access::need::Need;
use crate::error::{Code, Error};

/// How long a session lasts at most.
const LONGEST: Duration = Duration::from_hours(12);
/// How long a password given counts for sensitive acts.
const CONFIRMED: Duration = Duration::from_mins(5);

/// Who calls a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A window, or a browser on the bridge, by its own id.
    Window(String),
    /// The command line: the owner of the data folder's files. The operating system has checked them.
    Operator,
}

/// What a session was begun with: a digest of the account's password hash. A session ends with its password, however
/// that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Proof([u8; 32]);

impl Proof {
    fn of(password_hash: Option<&str>) -> Self {
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
    confirmed_until: Timestamp,
    proof: Proof,
    /// The password that this window is setting at the moment.
    next_proof: Option<Proof>,
    /// The same password, hashed again.
    hashed_again: Option<Proof>,
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

/// The caller of a command, with the session of its window.
#[derive(Clone, Debug)]
pub struct Actor {
    pub caller: Caller,
    pub session: Option<Session>,
}

impl Actor {
    /// The command line, also for a command that another command goes on with.
    pub const fn operator() -> Self {
        Self { caller: Caller::Operator, session: None }
    }

    /// An Admin, at a locked window too, or the command line.
    pub fn is_admin(&self) -> bool {
        self.caller == Caller::Operator
            || self.session.as_ref().is_some_and(|session| session.role == Role::Admin)
    }

    /// Refuses unless the caller may do what needs `need`.
    pub fn check(&self, need: Need, now: Timestamp) -> Result<(), Error> {
        if need == Need::Anyone || self.caller == Caller::Operator {
            return Ok(());
        }
        let session = self.session.as_ref().ok_or_else(|| Error::new(Code::SignedOut, "Sign in first."))?;
        if session.locked && need != Need::Session {
            return Err(
                Error::new(Code::Locked, "Foundational is locked.").hinting("Unlock it with your password.")
            );
        }
        if session.must_choose_password && need != Need::Session {
            return Err(Error::new(Code::Locked, "Choose a password first."));
        }
        if matches!(need, Need::Admin | Need::Confirmed) && session.role != Role::Admin {
            return Err(Error::new(Code::Role, "You need the Admin role for this.").hinting("Ask an Admin."));
        }
        if need == Need::Confirmed { self.confirmed(now) } else { Ok(()) }
    }

    /// Refuses a sensitive act unless the password was given within the last five minutes, whatever the role.
    pub fn confirmed(&self, now: Timestamp) -> Result<(), Error> {
        match &self.session {
            Some(session) if now >= session.confirmed_until => {
                Err(Error::new(Code::Confirm, "Enter your password to continue."))
            }
            _ => Ok(()),
        }
    }

    /// What kind of caller it is, for the log: no name.
    pub fn kind(&self) -> &'static str {
        match (&self.caller, &self.session) {
            (Caller::Operator, _) => "command line",
            (_, Some(session)) if session.role == Role::Admin => "admin",
            (_, Some(_)) => "member",
            (_, None) => "signed out",
        }
    }

    /// What the actor is called, for what outlives the account.
    pub fn name(&self) -> String {
        self.session.as_ref().map_or_else(|| "the command line".to_owned(), |session| session.name.clone())
    }

    /// The person at the window, as the journal's actor.
    pub fn origin(&self) -> ChangeSource {
        let actor = self.session.as_ref().map(|session| session.person_id.clone());
        ChangeSource { actor, ..ChangeSource::default() }
    }
}

#[derive(Default)]
struct Inner {
    sessions: HashMap<String, Session>,
    /// Why a window's last session ended, until a person signs in there again.
    ended: HashMap<String, String>,
    /// Why no person is signed in any more, until one is.
    everybody: Option<String>,
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
        inner.everybody = None;
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
        inner.everybody = Some(why.to_owned());
    }

    /// Why the caller's last session ended, if it was not the person's own choice.
    pub fn ended(&self, caller: &Caller) -> Option<String> {
        let Caller::Window(window) = caller else { return None };
        let inner = self.inner();
        inner.ended.get(window).or(inner.everybody.as_ref()).cloned()
    }
}

#[cfg(test)]
mod tests {
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
    fn each_need_is_met_by_just_the_right_callers() {
        let now = Timestamp::UNIX_EPOCH;
        let window = Caller::Window("w".into());
        let all = [Need::Anyone, Need::Session, Need::Member, Need::Admin, Need::Confirmed];
        let allowed = |sessions: &Sessions, at: Timestamp| {
            all.map(|need| sessions.actor(&window, at).check(need, at).is_ok())
        };
        let sessions = Sessions::default();
        assert_eq!(allowed(&sessions, now), [true, false, false, false, false], "signed out");
        sessions.begin(&window, &account(Role::Member), now);
        assert_eq!(allowed(&sessions, now), [true, true, true, false, false], "a Member");
        sessions.begin(&window, &account(Role::Admin), now);
        assert_eq!(allowed(&sessions, now), [true; 5], "an Admin who just signed in");
        assert_eq!(
            allowed(&sessions, now + CONFIRMED),
            [true, true, true, true, false],
            "five minutes later"
        );
        sessions.confirm(&window, now + CONFIRMED);
        assert_eq!(allowed(&sessions, now + CONFIRMED), [true; 5], "after the password was given again");
        sessions.lock(&window);
        assert_eq!(allowed(&sessions, now), [true, true, false, false, false], "locked");
        assert_eq!(allowed(&sessions, now + LONGEST), [true, false, false, false, false], "after 12 hours");
        assert!(sessions.ended(&window).is_some(), "with the reason");
        let operator = sessions.actor(&Caller::Operator, now);
        assert!(all.iter().all(|need| operator.check(*need, now).is_ok()), "the owner of the files");
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

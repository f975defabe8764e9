//! Who calls a command, and whether they may do what it needs.

use jiff::Timestamp;
use store::{ChangeSource, Role};

use crate::access::need::Need;
use crate::access::session::Session;
use crate::error::{Code, Error};

/// Who calls a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A window, or a browser on the bridge, by its own id.
    Window(String),
    /// The command line: the owner of the data folder's files. The operating system has checked them.
    Operator,
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

#[cfg(test)]
mod tests {
    use store::Account;

    use super::*;
    use crate::access::session::{CONFIRMED, LONGEST};
    use crate::access::sessions::Sessions;

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
}

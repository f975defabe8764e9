//! The caller of a command with the rights of this moment, and why a session ended.

use crate::access::Access;
use crate::access::actor::{Actor, Caller};
use crate::context::Room as _;
use crate::error::Error;

/// What a person reads whose sign-in is withheld.
pub(crate) const WITHHELD: &str = "An Admin has to let your account through before you can sign in.";

impl Access {
    /// The caller with the role that the account has at this moment. A session of a person who has lost access or got
    /// another password since ends here, in case the event of it has not arrived yet.
    pub(crate) async fn authenticate(&self, caller: &Caller) -> Result<Actor, Error> {
        let mut actor = self.actor(caller);
        if let Some(session) = &mut actor.session {
            match self.store().account(&session.person_id).await? {
                Some(account) if account.may_sign_in() && session.is_proved_by(&account) => {
                    session.role = account.role;
                }
                _ => {
                    let why = self.why_ended(&session.person_id).await;
                    self.sessions.end_of_person(&session.person_id, &why);
                    actor = self.actor(caller);
                }
            }
        }
        Ok(actor)
    }

    /// The caller with the session of its window, if there is one.
    pub(crate) fn actor(&self, caller: &Caller) -> Actor {
        self.sessions.actor(caller, self.latest())
    }

    /// Why a person's session ended, as the sign-in screen says it.
    pub(crate) async fn why_ended(&self, person_id: &str) -> String {
        let time = self.now().strftime("%H:%M UTC");
        if matches!(self.store().blocked_by(person_id).await, Ok(Some(_))) {
            return format!("An Admin blocked signing in with your account at {time}.");
        }
        let account = self.store().account(person_id).await.ok().flatten();
        if let Some(account) = account.as_ref().filter(|account| account.active) {
            if account.withheld {
                return WITHHELD.to_owned();
            }
            return match account.password_hash {
                Some(_) => format!("Your password was changed at {time}. Sign in with the new one."),
                None => format!("An Admin ended signing in with your account at {time}."),
            };
        }
        let connection = match account.and_then(|account| account.connection_id) {
            Some(id) => self.store().connection(&id).await.ok().flatten(),
            None => None,
        };
        match connection {
            Some(connection) => format!("Your account was deactivated by {} at {time}.", connection.name),
            None => format!("Your account was deactivated at {time}."),
        }
    }
}

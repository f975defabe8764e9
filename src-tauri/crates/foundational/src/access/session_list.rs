//! Who is signed in where, and who has a password here.

use store::{AuditAct, AuditSubject};

use crate::access::Access;
use crate::access::actor::Actor;
use crate::access::remembered_session::is_own_window;
use crate::access::security_views::{
    AccountList, AccountQuery, AccountRow, AccountState, SessionRow, SessionWindow,
};
use crate::access::session::Session;
use crate::connections::find::connections_by_id;
use crate::context::Room as _;
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::limits::checked_page;
use crate::shapes::{ById, Nothing};

impl Access {
    /// Who is signed in where. A Member sees their own sessions.
    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn session_list(&self, actor: Actor, _: Nothing) -> Result<Vec<SessionRow>, Error> {
        let all = self.sessions().all(self.latest());
        Ok(all
            .into_iter()
            .filter(|(_, session)| actor.is_admin() || is_own(&actor, session))
            .map(|(caller, session)| SessionRow {
                window: if actor.caller == caller {
                    SessionWindow::This
                } else if is_own_window(&caller) {
                    SessionWindow::App
                } else {
                    SessionWindow::Browser
                },
                ends_at: session.ends(),
                id: session.id,
                person_id: session.person_id,
                name: session.name,
                role: session.role,
                locked: session.locked,
                started_at: session.started,
            })
            .collect())
    }

    /// Ends a session, and the person's remembered session on this computer.
    pub(crate) async fn session_end(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let all = self.sessions().all(self.latest());
        let found = all.into_iter().find(|(_, session)| session.id == args.id);
        let (caller, session) = found.ok_or_else(|| Error::not_found("session", &args.id))?;
        if !is_own(&actor, &session) && !actor.is_admin() {
            return Err(Error::not_found("session", &args.id));
        }
        let why = if is_own(&actor, &session) {
            "You ended this session from another window."
        } else {
            "An Admin ended your session."
        };
        self.sessions().end_because(&caller, why);
        let person = AuditSubject::person(session.person_id.clone());
        let entry = actor.audit(AuditAct::SessionEnd).on(person);
        self.end_remembered_session(&caller, &session.person_id, entry).await?;
        self.send(Event::about(Topic::Session, session.person_id));
        Ok(Nothing {})
    }

    /// Who has a password here, in stretches by name.
    pub(crate) async fn account_list(&self, _: Actor, args: AccountQuery) -> Result<AccountList, Error> {
        let limit = checked_page(args.limit)?;
        let search = args.search.unwrap_or_default();
        let after =
            args.after.as_ref().map_or(("", ""), |place| (place.name.as_str(), place.person_id.as_str()));
        let total = self.store().account_count(&search).await?;
        let connections = connections_by_id(self.store()).await?;
        // One more than is answered shows whether others follow.
        let mut rows = self.store().accounts(&search, after, limit + 1).await?;
        let more = rows.len() as u64 > limit;
        if more {
            rows.pop();
        }
        let rows = rows.into_iter().map(|account| AccountRow {
            connection: account
                .connection_id
                .as_ref()
                .and_then(|id| connections.get(id))
                .map(|connection| connection.name.clone()),
            signed_in: self.sessions().has(&account.id),
            person_id: account.id,
            name: account.name,
            user_name: account.user_name,
            role: account.role,
            state: match account.active {
                _ if account.blocked => AccountState::Blocked,
                false => AccountState::Deactivated,
                true if account.withheld => AccountState::Withheld,
                true if account.must_choose_password => AccountState::Passcode,
                true => AccountState::Ready,
            },
        });
        Ok(AccountList { rows: rows.collect(), total, more })
    }
}

fn is_own(actor: &Actor, session: &Session) -> bool {
    actor.session.as_ref().is_some_and(|own| own.person_id == session.person_id)
}

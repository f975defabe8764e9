//! What protects an unattended window, who is signed in where, and the recovery key.

use jiff::Timestamp;
use store::Role;

use crate::access::remembered_session::{Place, is_own_window};
use crate::access::sessions::{Actor, Caller, Session};
use crate::access::sign_in::RECOVERY_HASH;
use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::people::directory::window;
use crate::views::{
    AccountList, AccountQuery, AccountRow, AccountState, ById, Event, KeychainPlace, Nothing, RecoveryKey,
    SecurityRules, SecurityView, SessionRow, SessionWindow, StayView, Topic,
};

const IDLE: &str = "security.idleMinutes";
const ON_SLEEP: &str = "security.lockOnSleep";
const STAY: &str = "security.stay";
const RECOVERY_MADE: &str = "recovery.madeAt";

/// How long a window may stand untouched, in minutes, unless an Admin says otherwise.
const IDLE_MINUTES: u32 = 15;
/// The longest time that can be set.
const LONGEST_IDLE: u32 = 240;

impl Foundational {
    /// The rules as they are now.
    pub(crate) async fn security(&self) -> Result<SecurityRules, Error> {
        let store = self.store();
        let idle = store.setting(IDLE).await?.and_then(|text| text.parse().ok());
        Ok(SecurityRules {
            idle_minutes: idle.unwrap_or(IDLE_MINUTES),
            lock_on_sleep: store.setting(ON_SLEEP).await?.as_deref() != Some("off"),
            stay: store.setting(STAY).await?.as_deref() != Some("off"),
        })
    }

    pub(crate) async fn security_show(&self, _: Actor, _: Nothing) -> Result<SecurityView, Error> {
        let keychain = self.keychain_place().clone();
        let place = tokio::task::spawn_blocking(move || keychain.place())
            .await
            .map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        let stays = self.store().remembered_sessions().await?;
        let made = self.store().setting(RECOVERY_MADE).await?;
        Ok(SecurityView {
            rules: self.security().await?,
            stays: stays
                .into_iter()
                .map(|stay| StayView { person_id: stay.person_id, name: stay.name, until: stay.until })
                .collect(),
            keychain: match place {
                Place::System => KeychainPlace { system: true, file: None },
                Place::File(path) => KeychainPlace { system: false, file: Some(path.display().to_string()) },
            },
            recovery_made_at: made.and_then(|text| text.parse::<Timestamp>().ok()),
        })
    }

    pub(crate) async fn security_set(&self, _: Actor, rules: SecurityRules) -> Result<SecurityRules, Error> {
        if !(1..=LONGEST_IDLE).contains(&rules.idle_minutes) {
            return Err(Error::invalid(
                "idleMinutes",
                format!("{} minutes: 1 to {LONGEST_IDLE} can be set.", rules.idle_minutes),
            ));
        }
        let word = |on: bool| if on { "on" } else { "off" };
        let (idle, asked) = (rules.idle_minutes.to_string(), rules.clone());
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.set(IDLE, Some(&idle)).await?;
                tx.set(ON_SLEEP, Some(word(asked.lock_on_sleep))).await?;
                if !asked.stay {
                    tx.end_all_remembered_sessions().await?;
                }
                Ok(tx.set(STAY, Some(word(asked.stay))).await?)
            })
            .await;
        done?;
        if !rules.stay {
            self.clear_keychain().await;
        }
        Ok(rules)
    }

    /// Who is signed in where. A Member sees their own sessions.
    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn session_list(&self, actor: Actor, _: Nothing) -> Result<Vec<SessionRow>, Error> {
        let all = self.sessions().all(self.latest());
        Ok(all
            .into_iter()
            .filter(|(_, session)| sees_all(&actor) || is_own(&actor, session))
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

    /// Ends a session, also what keeps its person signed in on this computer.
    pub(crate) async fn session_end(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let all = self.sessions().all(self.latest());
        let found = all.into_iter().find(|(_, session)| session.id == args.id);
        let (caller, session) = found.ok_or_else(|| Error::not_found("session", &args.id))?;
        if !is_own(&actor, &session) && !sees_all(&actor) {
            return Err(Error::not_found("session", &args.id));
        }
        let why = if is_own(&actor, &session) {
            "You ended this session from another window."
        } else {
            "An Admin ended your session."
        };
        self.sessions().end_because(&caller, why);
        self.end_stay(&caller, &session.person_id).await?;
        self.tell(Event { topic: Topic::Session, connection_id: None, id: Some(session.person_id) });
        Ok(Nothing {})
    }

    /// Another recovery key; the one before is worth nothing from now on.
    pub(crate) async fn new_recovery_key(&self, _: Actor, _: Nothing) -> Result<RecoveryKey, Error> {
        let (key, hash) = self.draw_recovery_key().await?;
        let made = self.now();
        let done: Result<(), Error> =
            self.store().write(async move |tx| Ok(keep_recovery(tx, &hash, made).await?)).await;
        done?;
        Ok(RecoveryKey { recovery_key: key.to_string() })
    }

    /// Who has a password here, in stretches by name.
    pub(crate) async fn account_list(&self, _: Actor, args: AccountQuery) -> Result<AccountList, Error> {
        let limit = window(args.limit)?;
        let search = args.search.unwrap_or_default();
        let after =
            args.after.as_ref().map_or(("", ""), |place| (place.name.as_str(), place.person_id.as_str()));
        let total = self.store().account_count(&search).await?;
        let connections = self.connections_by_id().await?;
        // One more than is told shows whether others follow.
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
                true if account.must_choose_password => AccountState::Passcode,
                true => AccountState::Ready,
            },
        });
        Ok(AccountList { rows: rows.collect(), total, more })
    }
}

fn sees_all(actor: &Actor) -> bool {
    actor.caller == Caller::Operator || actor.session.as_ref().is_some_and(|one| one.role == Role::Admin)
}

fn is_own(actor: &Actor, session: &Session) -> bool {
    actor.session.as_ref().is_some_and(|own| own.person_id == session.person_id)
}

/// Keeps a recovery key's hash, and when it was made.
pub(crate) async fn keep_recovery(
    tx: &mut store::Tx,
    hash: &str,
    made: Timestamp,
) -> Result<(), store::Error> {
    tx.set(RECOVERY_MADE, Some(&made.to_string())).await?;
    tx.set(RECOVERY_HASH, Some(hash)).await
}

//! From what the store says after a commit to what windows hear.

use store::{StoreEvent, catch_panic, spawn_supervised};
use tokio::sync::broadcast::error::RecvError;

use crate::app::open::Foundational;
use crate::views::{Event, Topic};

/// Forwards notices until the workspace is being closed.
pub(crate) fn forward(app: &Foundational) {
    let mut notices = app.store().events();
    let mut closing = app.closing();
    let app = app.clone();
    drop(spawn_supervised("events", async move {
        loop {
            let notice = tokio::select! {
                notice = notices.recv() => notice,
                _ = closing.changed() => return,
            };
            match notice {
                // What one notice leads to may fail; a session that should have ended is refused when it next asks.
                Ok(notice) => drop(catch_panic("notice", told(&app, notice)).await),
                Err(RecvError::Lagged(_)) => {
                    app.tell(Event { topic: Topic::Lagged, connection_id: None, id: None });
                }
                Err(RecvError::Closed) => return,
            }
        }
    }));
}

async fn told(app: &Foundational, notice: StoreEvent) {
    let event = |topic, connection_id, id| Event { topic, connection_id, id };
    match notice {
        StoreEvent::Connection(id) => app.tell(event(Topic::Connection, Some(id.clone()), Some(id))),
        StoreEvent::ConnectionGone(id) => {
            // Those who lose access by it are signed out before anything is shown of it.
            for person_id in app.sessions().people() {
                let account = app.store().account(&person_id).await;
                if matches!(account, Ok(Some(account)) if account.active) {
                    continue;
                }
                if app.sessions().end_of_person(&person_id, &why(app, &person_id).await) {
                    app.tell(event(Topic::Session, None, Some(person_id)));
                }
            }
            app.tell(event(Topic::Connection, Some(id.clone()), Some(id)));
            // People and groups of every list may have changed.
            app.tell(event(Topic::Lagged, None, None));
        }
        StoreEvent::Token(connection_id) => app.tell(event(Topic::Token, Some(connection_id), None)),
        StoreEvent::Person { connection_id, id } => {
            // A role that was given or taken holds from now on, in open sessions too.
            if app.sessions().has(&id)
                && let Ok(Some(account)) = app.store().account(&id).await
            {
                app.sessions().refresh(&account);
                app.tell(event(Topic::Session, None, Some(id.clone())));
            }
            app.tell(event(Topic::People, connection_id, Some(id)));
        }
        StoreEvent::PersonGone { connection_id, id } => {
            // A leaver's sessions end before anything is shown of it.
            if app.sessions().end_of_person(&id, &why(app, &id).await) {
                app.tell(event(Topic::Session, None, Some(id.clone())));
            }
            app.tell(event(Topic::People, connection_id, Some(id)));
        }
        StoreEvent::Group { connection_id, id } => {
            app.tell(event(Topic::Groups, Some(connection_id), Some(id)));
        }
        StoreEvent::Activity { connection_id, id } => {
            if let Err(error) = app.settle_reach().await {
                tracing::debug!(%error, "whether the public address leads here was not looked at");
            }
            app.tell(event(Topic::Activity, Some(connection_id), Some(id)));
        }
        StoreEvent::Setting(_) | StoreEvent::SleepInterval | StoreEvent::Health => {
            app.tell(event(Topic::Server, None, None));
        }
    }
}

/// Why a person's session ended, as the sign-in screen says it.
pub(crate) async fn why(app: &Foundational, person_id: &str) -> String {
    let time = app.now().strftime("%H:%M UTC");
    if matches!(app.store().blocked_by(person_id).await, Ok(Some(_))) {
        return format!("An Admin blocked signing in with your account at {time}.");
    }
    let account = app.store().account(person_id).await.ok().flatten();
    if let Some(account) = account.as_ref().filter(|account| account.active) {
        return match account.password_hash {
            Some(_) => format!("Your password was changed at {time}. Sign in with the new one."),
            None => format!("An Admin ended signing in with your account at {time}."),
        };
    }
    let connection = match account.and_then(|account| account.connection_id) {
        Some(id) => app.store().connection(&id).await.ok().flatten(),
        None => None,
    };
    match connection {
        Some(connection) => format!("Your account was deactivated by {} at {time}.", connection.name),
        None => format!("Your account was deactivated at {time}."),
    }
}

//! The store's events after a commit, forwarded to the windows.

use store::{StoreEvent, catch_panic, spawn_supervised};
use tokio::sync::broadcast::error::RecvError;

use crate::access::Access;
use crate::context::{Context, Lifecycle, Room as _};
use crate::event::{Event, Topic};
use crate::leavers::Leavers;
use crate::server::ScimServer;

/// Forwards events until the workspace is being closed.
pub(crate) fn forward(context: Context, access: Access, leavers: Leavers, scim_server: ScimServer) {
    let mut store_events = context.store().events();
    drop(spawn_supervised("events", async move {
        loop {
            let received = tokio::select! {
                received = store_events.recv() => received,
                () = context.until(Lifecycle::Closed) => return,
            };
            match received {
                // What one event leads to may fail; a session that should have ended is refused at its next command.
                Ok(store_event) => {
                    drop(
                        catch_panic("event", take(store_event, &context, &access, &leavers, &scim_server))
                            .await,
                    );
                }
                Err(RecvError::Lagged(_)) => {
                    // The end of a person's access may be among what was lost.
                    leavers.ask();
                    context.send(Event::of(Topic::Lagged));
                }
                Err(RecvError::Closed) => return,
            }
        }
    }));
}

async fn take(
    store_event: StoreEvent,
    context: &Context,
    access: &Access,
    leavers: &Leavers,
    scim_server: &ScimServer,
) {
    let event = |topic, connection_id, id| Event { topic, connection_id, id };
    match store_event {
        StoreEvent::Connection(id) => context.send(event(Topic::Connection, Some(id.clone()), Some(id))),
        StoreEvent::ConnectionGone(id) => {
            // Those who lose access by it are signed out before anything is shown of it.
            for person_id in access.sessions().people() {
                let account = context.store().account(&person_id).await;
                if matches!(account, Ok(Some(account)) if account.active) {
                    continue;
                }
                if access.sessions().end_of_person(&person_id, &access.why_ended(&person_id).await) > 0 {
                    context.send(event(Topic::Session, None, Some(person_id)));
                }
            }
            context.send(event(Topic::Connection, Some(id.clone()), Some(id)));
            // People and groups of every list may have changed.
            context.send(event(Topic::Lagged, None, None));
        }
        StoreEvent::Token(connection_id) => context.send(event(Topic::Token, Some(connection_id), None)),
        StoreEvent::Person { connection_id, id } => {
            // A role that was given or taken holds from now on, in open sessions too.
            if access.sessions().has(&id)
                && let Ok(Some(account)) = context.store().account(&id).await
            {
                access.sessions().refresh(&account);
                context.send(event(Topic::Session, None, Some(id.clone())));
            }
            context.send(event(Topic::People, connection_id, Some(id)));
        }
        StoreEvent::PersonGone { connection_id, id } => {
            // A leaver's sessions end before anything is shown of it.
            leavers.end_sessions(&id).await;
            context.send(event(Topic::People, connection_id, Some(id)));
            leavers.ask();
        }
        StoreEvent::Group { connection_id, id } => {
            context.send(event(Topic::Groups, Some(connection_id), Some(id)));
        }
        StoreEvent::Activity { connection_id, id } => {
            if let Err(error) = scim_server.settle_reach().await {
                tracing::debug!(%error, "whether the public address leads here was not looked at");
            }
            context.send(event(Topic::Activity, Some(connection_id), Some(id)));
        }
        StoreEvent::Audit => context.send(event(Topic::Audit, None, None)),
        StoreEvent::Setting(_) | StoreEvent::SleepInterval | StoreEvent::Health => {
            context.send(event(Topic::Server, None, None));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use store::{ChangeSource, Clock, Ids, Scope, Store, Tx};

    use super::*;
    use crate::access::actor::Caller;
    use crate::app::Foundational;
    use crate::app::options::Options;

    /// More events than wait for a listener.
    const MANY: usize = 1_100;

    /// A client ends the access of a person, and this many events follow it.
    async fn leave(store: Store) {
        let work = async move |tx: &mut Tx| -> Result<(), store::Error> {
            let connection = tx.create_connection("First", "custom", "{}").await?;
            let scope = Scope::of(connection.id.clone());
            let client = ChangeSource { connection_id: Some(connection.id), ..ChangeSource::default() };
            let mut document = serde_json::Map::new();
            document.insert("userName".to_owned(), json!("ada"));
            document.insert("active".to_owned(), json!(true));
            let person = tx.create_person(&scope, document.clone(), &client).await?;
            document.insert("active".to_owned(), json!(false));
            tx.update_person(person, document, &client).await?;
            for _ in 0..MANY {
                tx.notify(StoreEvent::Audit);
            }
            Ok(())
        };
        store.write(work).await.unwrap();
    }

    #[tokio::test]
    async fn a_leaver_whose_event_is_lost_is_read_back_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let options =
            Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
        let app = Foundational::open_at(options, Clock::system(), Ids::random()).await.unwrap();
        let (store, mut events) = (app.0.context.store().clone(), app.events());
        // While this thread waits for the other one, no task of it takes an event.
        let other = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(leave(store));
        });
        other.join().unwrap();
        let read_back = async {
            loop {
                // This listener may lose some of that many, too.
                if events.recv().await.is_ok_and(|event| event.topic != Topic::Leavers) {
                    continue;
                }
                let all = json!({"filter": {}, "offset": 0, "limit": 9});
                let list = app.call(&Caller::Operator, "leavers.list", all).await.unwrap();
                if list["rows"][0]["readBackAt"].is_string() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read_back).await.expect("it is read back");
        app.close().await;
    }
}

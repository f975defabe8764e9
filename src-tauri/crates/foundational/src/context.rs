//! What all rooms share: the store, the SCIM server, the live messages and the lifecycle of the workspace.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use server::Server;
use store::{AuditEntry, Store, Tx};
use tokio::sync::{broadcast, watch};

use crate::error::Error;
use crate::event::Event;

/// Between two steps of a long task others may write, even on a slow disk.
const PAUSE: Duration = Duration::from_millis(2);

/// How far an open workspace is. It only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lifecycle {
    /// Open, for a single command of the command line or to be served.
    Open,
    /// It serves.
    Serving,
    /// A backup was put in its place: the host closes it and opens the folder again.
    Replaced,
    /// It is being closed, or was.
    Closed,
}

/// Does an act and writes its audit entry, in one transaction. Answers whether it was done; what was not has no entry.
pub(crate) async fn audited<F>(store: &Store, entry: AuditEntry, act: F) -> Result<bool, Error>
where
    F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<bool, Error> + Send + 'static,
{
    store
        .write(async move |tx| {
            let done = act(tx).await?;
            if done {
                tx.audit(&entry).await?;
            }
            Ok(done)
        })
        .await
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Context(Arc<Inner>);

struct Inner {
    store: Store,
    server: Server,
    events: broadcast::Sender<Event>,
    lifecycle: watch::Sender<Lifecycle>,
}

impl Context {
    pub(crate) fn new(store: Store, server: Server) -> Self {
        let (events, _) = broadcast::channel(1024);
        Self(Arc::new(Inner { store, server, events, lifecycle: watch::Sender::new(Lifecycle::Open) }))
    }

    /// Live messages from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Goes forward to this state.
    pub(crate) fn advance(&self, to: Lifecycle) {
        self.0.lifecycle.send_modify(|state| *state = to.max(*state));
    }

    /// Changes of the lifecycle from now on.
    pub(crate) fn lifecycle_changes(&self) -> watch::Receiver<Lifecycle> {
        self.0.lifecycle.subscribe()
    }

    /// Waits until the lifecycle has come to exactly this state.
    pub(crate) async fn until(&self, wanted: Lifecycle) {
        let mut changes = self.lifecycle_changes();
        // The sender lives as long as this does.
        drop(changes.wait_for(|state| *state == wanted).await);
    }
}

/// A subject of the application: its state, its commands, its views. A command is a method of its room.
pub(crate) trait Room {
    fn context(&self) -> &Context;

    fn store(&self) -> &Store {
        &self.context().0.store
    }

    fn server(&self) -> &Server {
        &self.context().0.server
    }

    fn now(&self) -> Timestamp {
        self.store().clock().now()
    }

    /// The time by which rights end: it does not go back with the clock.
    fn latest(&self) -> Timestamp {
        self.store().clock().latest()
    }

    /// Sends a live message to every window. Without a listener it goes nowhere.
    fn send(&self, event: Event) {
        drop(self.context().0.events.send(event));
    }

    /// Writes the audit entry of an act that has no transaction of its own, such as an export. The act fails with it.
    fn record_act(&self, entry: AuditEntry) -> impl Future<Output = Result<(), Error>> + Send
    where
        Self: Sync,
    {
        async move { self.store().write(async move |tx| Ok(tx.audit(&entry).await?)).await }
    }

    /// Writes the audit entry of a sign-in, a failed one, or a failed backup: where it cannot be written, as on a full
    /// disk, an Admin must still be able to sign in and to make room.
    fn record_act_if_possible(&self, entry: AuditEntry) -> impl Future<Output = ()> + Send
    where
        Self: Sync,
    {
        async move {
            if let Err(error) = self.record_act(entry).await {
                tracing::warn!(%error, "an audit entry was not written");
            }
        }
    }

    fn lifecycle(&self) -> Lifecycle {
        *self.context().0.lifecycle.borrow()
    }

    /// Leaves room between two steps of a long task. `false`: the workspace is being closed.
    fn may_go_on(&self) -> impl Future<Output = bool> + Send
    where
        Self: Sync,
    {
        async {
            tokio::time::sleep(PAUSE).await;
            self.lifecycle() < Lifecycle::Closed
        }
    }
}

impl Room for Context {
    fn context(&self) -> &Context {
        self
    }
}

//! Refusals for load in the activity: the first of a connection is a row at once; those that follow within a minute are
//! counted, and become one row that says how many it stands for. A flood is seen when it begins and in its size, and adds
//! two rows a minute to the log.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::Server;
use crate::execute::noted;
use crate::record::{Exchange, record};
use crate::refusal::Refusal;

/// How long refusals are counted together.
const WINDOW: Duration = Duration::from_mins(1);
/// The note that says for how many requests a row stands.
const STANDS_FOR: &str = "load.count";

/// The connections of which a request was refused within the last minute.
#[derive(Default)]
pub(crate) struct Overload(Mutex<HashMap<String, Window>>);

/// What followed the first refusal.
#[derive(Default)]
struct Window {
    count: u64,
    newest: Option<(Exchange, Refusal)>,
}

impl Overload {
    /// Records a refusal, or counts it.
    pub(crate) async fn record(&self, server: &Server, exchange: Exchange, refusal: Refusal) {
        let id = exchange.connection.id.clone();
        if let Some((exchange, refusal)) = self.first(exchange, refusal) {
            let inner = Arc::downgrade(&server.0);
            tokio::spawn(async move {
                tokio::time::sleep(WINDOW).await;
                if let Some(server) = inner.upgrade().map(Server) {
                    server.0.overload.end(&server, &id).await;
                }
            });
            put(server, exchange, refusal).await;
        }
    }

    /// Gives the exchange back if it begins a window; else counts it.
    fn first(&self, mut exchange: Exchange, refusal: Refusal) -> Option<(Exchange, Refusal)> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match windows.entry(exchange.connection.id.clone()) {
            Entry::Vacant(place) => {
                place.insert(Window::default());
                Some((exchange, refusal))
            }
            Entry::Occupied(mut window) => {
                exchange.has_ended();
                let window = window.get_mut();
                window.count += 1;
                window.newest = Some((exchange, refusal));
                None
            }
        }
    }

    /// Ends a window and records what it counted.
    async fn end(&self, server: &Server, connection_id: &str) {
        let window = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(connection_id);
        let Some(Window { count, newest: Some((mut exchange, refusal)) }) = window else { return };
        if count > 1 {
            let text =
                format!("{count} requests were refused like this one; this row stands for all of them.");
            exchange.notes.push(noted(STANDS_FOR, text));
        }
        put(server, exchange, refusal).await;
    }
}

impl Server {
    /// Records what was only counted so far. Called when nothing is answered any more.
    pub async fn settle(&self) {
        let windows = &self.0.overload.0;
        let ids: Vec<String> =
            windows.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        for id in ids {
            self.0.overload.end(self, &id).await;
        }
    }
}

async fn put(server: &Server, exchange: Exchange, refusal: Refusal) {
    record(server, exchange, (refusal.error.status, Some(refusal.error.to_json())), Err(&refusal)).await;
}

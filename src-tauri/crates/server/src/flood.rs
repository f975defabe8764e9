//! Refusals that come in floods, for load or without a valid token, in the activity: the first one of a connection for a
//! reason is a row at once; those that follow within a minute are counted, and become one row that says how many it
//! stands for. A flood is seen when it begins and in its size, and adds two rows a minute to the log.

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
const STANDS_FOR: &str = "flood.count";

/// Whose requests were refused within the last minute, and why: the connection's id and the reason.
type Kind = (String, &'static str);

/// The refusals of the last minute.
#[derive(Default)]
pub(crate) struct Floods(Mutex<HashMap<Kind, Window>>);

/// What followed the first refusal.
#[derive(Default)]
struct Window {
    count: u64,
    newest: Option<(Exchange, Refusal)>,
}

/// Records a refusal: by itself, or with those that are like it.
pub(crate) async fn refused(server: &Server, exchange: Exchange, refusal: &Refusal) {
    if !refusal.comes_in_floods {
        return put(server, exchange, refusal).await;
    }
    let kind = kind(&exchange, refusal);
    if let Some(exchange) = server.0.floods.first(&kind, exchange, refusal) {
        let inner = Arc::downgrade(&server.0);
        tokio::spawn(async move {
            tokio::time::sleep(WINDOW).await;
            if let Some(server) = inner.upgrade().map(Server) {
                server.0.floods.end(&server, &kind).await;
            }
        });
        put(server, exchange, refusal).await;
    }
}

impl Floods {
    /// Gives the exchange back if it begins a window; else counts it.
    fn first(&self, kind: &Kind, mut exchange: Exchange, refusal: &Refusal) -> Option<Exchange> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match windows.entry(kind.clone()) {
            Entry::Vacant(place) => {
                place.insert(Window::default());
                Some(exchange)
            }
            Entry::Occupied(mut window) => {
                exchange.has_ended();
                let window = window.get_mut();
                window.count += 1;
                window.newest = Some((exchange, refusal.clone()));
                None
            }
        }
    }

    /// Ends a window and records what it counted.
    async fn end(&self, server: &Server, kind: &Kind) {
        let window = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(kind);
        let Some(Window { count, newest: Some((mut exchange, refusal)) }) = window else { return };
        if count > 1 {
            let text = format!(
                "{count} requests were refused for the same reason within a minute; this row stands for all of them."
            );
            exchange.notes.push(noted(STANDS_FOR, text));
        }
        put(server, exchange, &refusal).await;
    }
}

impl Server {
    /// Records what was only counted so far. Called when nothing is answered any more.
    pub async fn flush_floods(&self) {
        let windows = &self.0.floods.0;
        let kinds: Vec<Kind> =
            windows.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        for kind in kinds {
            self.0.floods.end(self, &kind).await;
        }
    }
}

fn kind(exchange: &Exchange, refusal: &Refusal) -> Kind {
    (exchange.connection.id.clone(), refusal.reason)
}

async fn put(server: &Server, exchange: Exchange, refusal: &Refusal) {
    record(server, exchange, (refusal.error.status, Some(refusal.error.to_json())), Err(refusal)).await;
}

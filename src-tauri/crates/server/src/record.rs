//! Records exchanges. Refusals that arrive in floods, for load or without a valid token, are coalesced: the first one of a
//! connection for a reason is a row at once; those that follow within a minute are counted, and become one row that
//! says how many it represents. A flood is visible when it begins and in its size, and adds two rows a minute to the
//! activity. What ended before its connection could be looked up is counted in the same way and looked up at the end of
//! the minute, so that overload is not made worse by its records.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::describe::{describe, outline};
use crate::exchange::Exchange;
use crate::flood::{Added, Kind};
use crate::notes::note;
use crate::route::named_endpoint;
use crate::server::Server;

/// How long refusals are counted together.
const WINDOW: Duration = Duration::from_mins(1);
/// The note that says how many requests a row represents.
const REPRESENTS: &str = "flood.count";

/// Records an exchange that has ended: by itself, or with those that are like it.
pub(crate) async fn record(server: &Server, exchange: Exchange) {
    let is_known = exchange.endpoint.is_some();
    let Some(kind) = flood_of(&exchange) else { return put(server, exchange).await };
    let Added::First(kind, first) = server.0.floods.add(kind, exchange, is_known) else { return };
    let state = Arc::downgrade(&server.0);
    tokio::spawn(async move {
        tokio::time::sleep(WINDOW).await;
        if let Some(server) = state.upgrade().map(Server) {
            end_window(&server, &kind).await;
        }
    });
    if let Some(exchange) = first {
        put(server, exchange).await;
    }
}

/// With which others an exchange is counted, if it is.
fn flood_of(exchange: &Exchange) -> Option<Kind> {
    let refusal = exchange.refusal()?;
    match &exchange.endpoint {
        Some(endpoint) => refusal
            .is_coalesced
            .then(|| Kind::Connection { id: endpoint.connection_id.clone(), reason: refusal.reason }),
        None if refusal.error.status >= 500 => named_endpoint(exchange.uri.path())
            .ok()
            .map(|(id, _)| Kind::Connection { id, reason: refusal.reason }),
        None => None,
    }
}

/// Ends a window and records what it counted.
async fn end_window(server: &Server, kind: &Kind) {
    let Some((count, mut exchange)) = server.0.floods.end(kind) else { return };
    if let Kind::Overflow { reason } = kind {
        // They are of many connections. The newest one is recorded below and represents no other.
        tracing::warn!(
            count,
            reason,
            "of refused requests of unknown connections only the newest is recorded"
        );
    }
    if exchange.endpoint.is_none()
        && let Ok((id, path)) = named_endpoint(exchange.uri.path())
    {
        let Some(connection) = server.0.store.known_connection(&id) else { return };
        exchange.set_endpoint(&connection, &path);
    }
    if count > 1 && matches!(kind, Kind::Connection { .. }) {
        let text = format!(
            "{count} requests were refused for the same reason within a minute; this row stands for all of them."
        );
        exchange.notes.push(note(REPRESENTS, text));
    }
    put(server, exchange).await;
}

/// Records an exchange of a known connection. What a defect of ours keeps from being described is recorded in outline.
async fn put(server: &Server, exchange: Exchange) {
    let Some(outline) = outline(&exchange) else { return };
    let described = catch_unwind(AssertUnwindSafe(|| describe(exchange, outline.clone())));
    let row = described.unwrap_or_else(|_panic| {
        tracing::error!(request = outline.id, "an exchange could not be described");
        outline
    });
    server.0.store.record(row).await;
}

impl Server {
    /// Records what was only counted so far. Called when nothing is answered any more.
    pub async fn flush_floods(&self) {
        for kind in self.0.floods.kinds() {
            end_window(self, &kind).await;
        }
    }
}

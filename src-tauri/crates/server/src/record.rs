//! Records exchanges. Each one is a row: every write, every request with an accepted token, every refusal whose token names a
//! known key. Folded are only refusals of senders without one that arrive in floods, and look-ups beyond a thousand alike in a
//! minute: the first ones are rows at once; those that follow within the minute are counted, and become one row that says how
//! many it represents. A flood is visible when it begins and in its size.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use store::{Activity, Folded, Undescribed};

use crate::alike::Kind;
use crate::describe::{describe, outline};
use crate::exchange::Exchange;
use crate::flood::Counted;
use crate::notes::note;
use crate::route::named_endpoint;
use crate::server::Server;

/// How long exchanges are counted together.
const WINDOW: Duration = Duration::from_mins(1);
/// How many kinds are counted apart. The others of a connection are counted together.
const MOST_KINDS: usize = 4_096;
/// The note that says how many requests a row represents.
const REPRESENTS: &str = "flood.count";

/// Counts and records an exchange that has ended: by itself, or with those that are like it.
pub(crate) async fn record(server: &Server, mut exchange: Exchange) {
    server.0.counts.count(&exchange);
    if !find_connection(server, &mut exchange) {
        return;
    }
    let Some(mut kind) = Kind::of(&exchange) else { return put(server, exchange, None).await };
    let floods = &server.0.floods;
    if floods.len() >= MOST_KINDS {
        kind = kind.of_all();
    }
    // A log that is far behind takes no more look-ups.
    let is_full = matches!(kind, Kind::Lookup { .. }) && !server.0.store.log_has_room().await;
    let added = floods.add(&kind, exchange.at, exchange, if is_full { 0 } else { kind.rows() });
    if added.begins {
        let state = Arc::downgrade(&server.0);
        tokio::spawn(async move {
            tokio::time::sleep(WINDOW).await;
            if let Some(server) = state.upgrade().map(Server) {
                end_window(&server, &kind).await;
            }
        });
    }
    if let Some(exchange) = added.row {
        put(server, exchange, None).await;
    }
}

/// Whether a connection is known. What ended before its connection was looked for has it set here.
fn find_connection(server: &Server, exchange: &mut Exchange) -> bool {
    if exchange.endpoint.is_none()
        && exchange.refusal().is_some_and(|refusal| refusal.error.status >= 500)
        && let Ok((id, path)) = named_endpoint(exchange.uri.path())
        && let Some(connection) = server.0.store.known_connection(&id)
    {
        exchange.set_endpoint(&connection, path, false);
    }
    exchange.endpoint.is_some()
}

/// Ends a window and records what it counted.
async fn end_window(server: &Server, kind: &Kind) {
    let Some(Counted { count, first, newest: mut exchange }) = server.0.floods.end(kind) else { return };
    if count > 1 {
        let text = match kind {
            Kind::Refused { .. } => format!(
                "{count} requests were refused for the same reason within a minute; this row stands for all of them."
            ),
            Kind::Lookup { .. } => {
                format!(
                    "{count} more look-ups like this were answered within a minute; this row stands for all of them."
                )
            }
        };
        exchange.notes.push(note(REPRESENTS, text));
    }
    put(server, exchange, Some((count, first))).await;
}

/// Records an exchange of a known connection.
async fn put(server: &Server, exchange: Exchange, counted: Option<(u64, Timestamp)>) {
    let Some(outline) = outline(&exchange) else { return };
    let is_long = exchange.has_long_answer();
    let ended = Ended { exchange, outline, counted };
    if is_long {
        // The log has the beginning of a long answer: the rest of it does not wait in the queue.
        server.0.store.record(Box::new(ended).describe()).await;
    } else {
        server.0.store.record(ended).await;
    }
}

/// An exchange on its way into the log.
struct Ended {
    exchange: Exchange,
    outline: Activity,
    /// How many requests it stands for, and when the first of them arrived.
    counted: Option<(u64, Timestamp)>,
}

impl Undescribed for Ended {
    fn bytes(&self) -> usize {
        self.outline.bytes() + self.exchange.bytes()
    }

    /// What a defect of ours keeps from being described is recorded in outline.
    fn describe(self: Box<Self>) -> Activity {
        let Self { exchange, outline, counted } = *self;
        let described = catch_unwind(AssertUnwindSafe(|| describe(exchange, outline.clone())));
        let mut row = described.unwrap_or_else(|_panic| {
            tracing::error!(request = outline.id, "an exchange could not be described");
            outline
        });
        if let Some((requests, first)) = counted.filter(|(count, _)| *count > 1) {
            row.folded = Some(Folded { requests, last_at: row.at });
            row.at = first;
        }
        row
    }
}

impl Server {
    /// Records what was only counted so far. Called when nothing is answered any more.
    pub async fn flush_floods(&self) {
        for kind in self.0.floods.kinds() {
            end_window(self, &kind).await;
        }
    }
}

//! An answer that is sent piece by piece. Its exchange is recorded when it has ended: after the last piece, when the
//! rest could not be read, or when the client disconnects before it has all of it.

use axum::body::{Body, HttpBody as _};
use axum::http::Response;
use futures_util::{StreamExt as _, stream};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use crate::exchange::Exchange;
use crate::explain::explain;
use crate::notes::{GONE, note};
use crate::pool::Share;
use crate::record::record;
use crate::refusal::Refusal;
use crate::sentences;
use crate::server::Server;

/// How much of the body was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    All,
    /// The client stopped reading.
    Part,
    /// The rest could not be read.
    Broken,
}

/// What is held until a streamed answer has ended, and then records its exchange.
pub(crate) struct StreamedAnswer {
    server: Server,
    exchange: Option<Exchange>,
    sent: Sent,
    /// How many bytes of the body were sent.
    bytes: u64,
    /// Where the recording runs: the body may be dropped on any thread.
    runtime: Handle,
    unfinished: Option<OwnedSemaphorePermit>,
    /// It is worked on until it is sent.
    _in_flight: Option<Share>,
}

impl StreamedAnswer {
    pub(crate) fn of(
        server: Server,
        exchange: Exchange,
        unfinished: Option<OwnedSemaphorePermit>,
        in_flight: Option<Share>,
    ) -> Self {
        let runtime = Handle::current();
        Self {
            server,
            exchange: Some(exchange),
            sent: Sent::Part,
            bytes: 0,
            runtime,
            unfinished,
            _in_flight: in_flight,
        }
    }

    /// The response, whose body ends this.
    pub(crate) fn follow(self, response: Response<Body>) -> Response<Body> {
        response.map(|body| {
            let pieces = (body.into_data_stream(), self);
            Body::from_stream(stream::unfold(pieces, |(mut pieces, mut answer)| async move {
                let piece = pieces.next().await;
                match &piece {
                    None => answer.sent = Sent::All,
                    Some(Err(_)) => answer.sent = Sent::Broken,
                    Some(Ok(piece)) => answer.bytes += piece.len() as u64,
                }
                piece.map(|piece| (piece, (pieces, answer)))
            }))
        })
    }
}

impl Drop for StreamedAnswer {
    fn drop(&mut self) {
        let Some(mut exchange) = self.exchange.take() else { return };
        exchange.response_size = Some(self.bytes);
        let sent = if std::thread::panicking() { Sent::Broken } else { self.sent };
        let (server, unfinished) = (self.server.clone(), self.unfinished.take());
        drop(self.runtime.spawn(async move {
            end(&server, exchange, sent).await;
            drop(unfinished);
        }));
    }
}

async fn end(server: &Server, mut exchange: Exchange, sent: Sent) {
    match sent {
        Sent::All => {}
        // A client that disconnected earlier has its note already.
        Sent::Part if exchange.notes.iter().any(|note| note.code == GONE) => {}
        Sent::Part => exchange.notes.push(note(GONE, sentences::GONE_MIDWAY)),
        Sent::Broken => {
            let mut refusal = Refusal::broken();
            // Without an explanation the sentence has no names.
            drop(store::catch_panic("an explanation", explain(server, &mut exchange, &mut refusal)).await);
            if let Some(ending) = &mut exchange.ending {
                ending.outcome = Err(refusal);
            }
        }
    }
    record(server, exchange).await;
}

/// Whether the body of a response is sent piece by piece.
pub(crate) fn is_streamed(response: &Response<Body>) -> bool {
    response.body().size_hint().exact().is_none()
}

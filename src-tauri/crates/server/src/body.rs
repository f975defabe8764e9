//! The body of a request, and what happens to its connection when not all of it was read.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, Version, header};
use http_body_util::BodyExt as _;
use idp::reason_code::ReasonCode;
use scim::Error;

use crate::framing;
use crate::pool::Share;
use crate::refusal::Refusal;

/// The longest rest of a body that is read only to use the connection again, in bytes.
const DRAINED: u64 = 64 * 1024;
/// How long such a rest may take.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// A body on its way in.
pub(crate) struct IncomingBody {
    body: Body,
    version: Version,
    /// How many bytes of it were received.
    received: u64,
    is_at_end: bool,
    /// The client sends the body only after "100 Continue", which reading it sends (RFC 9110 section 10.1.1).
    is_withheld: bool,
    /// Whatever follows the body is not taken for a request.
    is_last: bool,
}

impl IncomingBody {
    pub(crate) fn of(parts: &Parts, body: Body) -> Self {
        Self {
            body,
            version: parts.version,
            received: 0,
            is_at_end: false,
            is_withheld: parts.headers.contains_key(header::EXPECT),
            is_last: framing::ends_connection(parts),
        }
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        while let Some(frame) = self.body.frame().await {
            match frame {
                // Trailers mean nothing here.
                Ok(frame) => match frame.into_data() {
                    Ok(data) => {
                        self.received += data.len() as u64;
                        return Some(Ok(data));
                    }
                    Err(_trailers) => {}
                },
                Err(error) => return Some(Err(error)),
            }
        }
        self.is_at_end = true;
        None
    }

    /// Reads all of it: `limit` bytes at most, each reserved in `share` as it arrives, within `time`.
    ///
    /// # Errors
    /// 413 beyond the limit, 503 when there is no room for it now, 408 when the time is over, 400 when it breaks off.
    pub(crate) async fn read(
        &mut self,
        limit: usize,
        time: Duration,
        share: &mut Share,
    ) -> Result<Vec<u8>, Refusal> {
        let too_large = || {
            Refusal::from(Error::payload_too_large(format!(
                "The body is larger than {limit} bytes, which is the most that this address takes."
            )))
        };
        if self.body.size_hint().lower() > limit as u64 {
            return Err(too_large());
        }
        let reading = async {
            let mut bytes = Vec::new();
            while let Some(piece) = self.next().await {
                let piece = piece.map_err(|error| {
                    tracing::debug!(%error, "a body broke off");
                    Refusal::new(ReasonCode::Invalid, Error::new(400, "The body broke off before its end."))
                })?;
                if bytes.len() + piece.len() > limit {
                    return Err(too_large());
                }
                if !share.take(piece.len()) {
                    return Err(Refusal::overloaded());
                }
                bytes.extend_from_slice(&piece);
            }
            Ok(bytes)
        };
        tokio::time::timeout(time, reading).await.unwrap_or_else(|_elapsed| {
            Err(Refusal::new(ReasonCode::Invalid, Error::new(408, "The body did not arrive in time.")))
        })
    }

    /// Deals with what is left of it when the answer is there. A short rest is read if `may_wait`; else an answer of HTTP/1.1 says
    /// that it is the connection's last one (RFC 9112 section 9.3), for the next request would be looked for inside the
    /// rest. A stream of HTTP/2 ends by itself (RFC 9113 section 8.1).
    pub(crate) async fn leave(mut self, may_wait: bool, response: &mut Response<Body>) {
        if self.version < Version::HTTP_2
            && (self.is_last || !(self.is_over() || may_wait && self.drain().await))
        {
            close(response);
        }
    }

    /// How many bytes it has; None: it was not received to its end.
    pub(crate) fn size(&self) -> Option<u64> {
        self.is_over().then_some(self.received)
    }

    fn is_over(&self) -> bool {
        self.is_at_end || self.body.is_end_stream()
    }

    /// Reads a rest that is short by its own account. Whether the end was reached.
    async fn drain(&mut self) -> bool {
        if self.is_withheld || self.body.size_hint().upper().is_none_or(|most| most > DRAINED) {
            return false;
        }
        let draining = async {
            while let Some(piece) = self.next().await {
                if piece.is_err() {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(DRAIN_TIME, draining).await.unwrap_or(false)
    }
}

/// Says that nothing more is read from the connection.
pub(crate) fn close(response: &mut Response<Body>) {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
}

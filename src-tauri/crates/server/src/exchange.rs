//! One exchange: what is known of a request and of how it ended. It is the one owner of both, from the first byte of the
//! head to the row in the activity. What arrived is stored as it is, and only read once the row is written.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use idp::Provider;
use jiff::Timestamp;
use scim::json;
use serde_json::Value;
use store::{ActivityNote, KnownConnection};

use crate::answer::{ActivitySummary, ReadyText};
use crate::authenticate::Authenticated;
use crate::client_origin::ClientOrigin;
use crate::intent::{Intent, name_in};
use crate::notes::normalised;
use crate::refusal::Refusal;

/// How much of a body is recorded, in bytes.
pub(crate) const MOST_OF_BODY: usize = 64 * 1024;

/// What is known of an exchange.
pub(crate) struct Exchange {
    pub id: String,
    pub at: Timestamp,
    /// None while no connection is known.
    pub endpoint: Option<Endpoint>,
    pub origin: Option<ClientOrigin>,
    pub token_id: Option<String>,
    pub notes: Vec<ActivityNote>,
    /// What it asked for, if it was refused.
    pub intent: Option<Intent>,
    /// None until it has ended.
    pub ending: Option<Ending>,
    pub method: Method,
    pub uri: Uri,
    pub user_agent: Option<HeaderValue>,
    /// Its body, as it arrived; None where it has none or that was not read.
    pub body: Option<Bytes>,
    started: Instant,
}

/// What it is for.
pub(crate) struct Endpoint {
    pub connection_id: String,
    pub provider: Provider,
    /// The path below the endpoint, as the client sent it.
    pub path: String,
    /// The address is that of the connection. Others belong to it by their token, or because their address is nearly right.
    pub is_routed: bool,
}

/// How an exchange ended.
pub(crate) struct Ending {
    pub status: u16,
    pub outcome: Result<ActivitySummary, Refusal>,
    /// What was answered; where that is text or streamed, its summary.
    pub body: Option<Value>,
    /// The body as it was sent; None where `body` is its summary.
    pub text: Option<ReadyText>,
    pub took: Duration,
}

impl Exchange {
    /// Begins an exchange. Nothing of the request is read here, so that nothing can fail before there is a record of it.
    pub(crate) fn begin(id: String, at: Timestamp, started: Instant, parts: &Parts) -> Self {
        Self {
            id,
            at,
            endpoint: None,
            origin: None,
            token_id: None,
            notes: Vec::new(),
            intent: None,
            ending: None,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            body: None,
            started,
        }
    }

    /// It is for this connection; `path` is the part of the address that is below the endpoint.
    pub(crate) fn set_endpoint(&mut self, connection: &KnownConnection, path: &str, is_routed: bool) {
        self.endpoint = Some(Endpoint {
            connection_id: connection.id.clone(),
            provider: Provider::of(&connection.provider),
            path: path.to_owned(),
            is_routed,
        });
    }

    pub(crate) fn set_authenticated(&mut self, authenticated: Authenticated) {
        self.token_id = Some(authenticated.token.id.clone());
        self.notes.extend(authenticated.notes.into_iter().map(normalised));
    }

    /// Whether a token showed that the client may act for the connection.
    pub(crate) const fn is_authenticated(&self) -> bool {
        self.token_id.is_some()
    }

    /// The name in its body.
    pub(crate) fn name(&self) -> Option<String> {
        name_in(&json::parse(self.body.as_ref()?).ok()?)
    }

    /// About how many bytes its bodies and its address have.
    pub(crate) fn bytes(&self) -> usize {
        let request = self.body.as_ref().map_or(0, Bytes::len);
        let answer = self.ending.as_ref().map_or(0, |ending| {
            ending.text.as_ref().map_or(0, |text| text.bytes.len().min(MOST_OF_BODY))
                + ending.outcome.as_ref().map_or(0, |summary| summary.sentence.len())
        });
        request + answer + self.uri.path().len() + self.uri.query().map_or(0, str::len)
    }

    /// Only that it was made is recorded.
    pub(crate) fn drop_bodies(&mut self) {
        self.body = None;
        if let Some(ending) = &mut self.ending {
            (ending.body, ending.text) = (None, None);
        }
    }

    /// Why it was refused, if it was.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.ending.as_ref().and_then(|ending| ending.outcome.as_ref().err())
    }

    /// How long it has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The text, or as much of it as fits into `limit` bytes.
pub(crate) fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let mut end = limit;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("ééé".to_owned(), 3), "é…", "never inside a character");
        assert_eq!(cut("short".to_owned(), 64), "short", "short ones are unchanged");
    }
}

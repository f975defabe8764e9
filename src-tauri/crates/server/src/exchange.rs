//! One exchange: what is known of a request and of how it ended. It is the one owner of both, from the first byte of the
//! head to the row in the activity.

use std::time::{Duration, Instant};

use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use idp::recognise::{Recognition, recognise};
use idp::{IncomingRequest, Provider};
use jiff::Timestamp;
use serde_json::Value;
use store::{ActivityNote, KnownConnection};

use crate::answer::{ActivitySummary, ReadyText};
use crate::authenticate::Authenticated;
use crate::client_origin::ClientOrigin;
use crate::intent::{Intent, name_in};
use crate::notes::normalised;
use crate::redact::Redaction;
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
    /// The name in its body.
    pub name: Option<String>,
    /// What it asked for, if it was refused.
    pub intent: Option<Intent>,
    /// Which client probably sent it, and what it was.
    pub recognised: Recognition,
    /// Its body without the secrets in it.
    pub request_body: Option<String>,
    pub redaction: Redaction,
    /// None until it has ended.
    pub ending: Option<Ending>,
    pub method: Method,
    pub uri: Uri,
    user_agent: Option<HeaderValue>,
    started: Instant,
}

/// The connection that it is for, and the head of the request without the secrets in it.
pub(crate) struct Endpoint {
    pub connection_id: String,
    pub provider: Provider,
    /// The path below the endpoint, as the client sent it.
    pub path: String,
    pub method: String,
    pub shown_path: String,
    pub user_agent: Option<String>,
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
            name: None,
            intent: None,
            recognised: Recognition::default(),
            request_body: None,
            redaction: Redaction::default(),
            ending: None,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            started,
        }
    }

    /// It is for this connection; `path` is the part of the address that is below the endpoint.
    pub(crate) fn set_endpoint(&mut self, connection: &KnownConnection, path: &str) {
        // First of all: should what follows fail, it is recorded all the same.
        let endpoint = self.endpoint.insert(Endpoint {
            connection_id: connection.id.clone(),
            provider: Provider::of(&connection.provider),
            path: path.to_owned(),
            method: String::new(),
            shown_path: String::new(),
            user_agent: None,
        });
        let user_agent = self.user_agent.as_ref().and_then(|value| value.to_str().ok());
        endpoint.shown_path = cut(self.redaction.address(path, self.uri.query()), 2048);
        endpoint.method = self.redaction.text(self.method.as_str().to_owned());
        endpoint.user_agent = user_agent.map(|text| cut(self.redaction.text(text.to_owned()), 200));
    }

    pub(crate) fn set_authenticated(&mut self, authenticated: Authenticated) {
        self.token_id = Some(authenticated.token.id.clone());
        self.notes.extend(authenticated.notes.into_iter().map(normalised));
    }

    /// Whether a token showed that the client may act for the connection.
    pub(crate) const fn is_authenticated(&self) -> bool {
        self.token_id.is_some()
    }

    /// Looks at the request before anything is normalised; stores its body without the secrets in it.
    pub(crate) fn set_request(&mut self, request: &IncomingRequest) {
        let user_agent = self.endpoint.as_ref().and_then(|endpoint| endpoint.user_agent.as_deref());
        self.recognised = recognise(request, user_agent);
        self.name = request.body.as_ref().and_then(name_in);
        self.request_body = request.body.as_ref().map(|body| {
            let mut body = Value::Object(body.clone());
            self.redaction.body(&mut body);
            cut(body.to_string(), MOST_OF_BODY)
        });
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

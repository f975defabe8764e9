//! What a request is answered with, and what is told of it here.

use std::sync::{Mutex, PoisonError};
use std::{fmt, io};

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::{Stream, StreamExt as _, stream};
use idp::guide::ProofKind;
use scim::ResourceType;
use serde_json::{Map, Value};
use store::{ActivityDeviation, ActivityResult};

use crate::refusal::{Challenge, Refusal};

/// An answer before it is bytes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// The body; where one is [sent](Sent) in its place, what the log holds of that.
    pub body: Option<Value>,
    pub sent: Option<Sent>,
    /// The resource's version.
    pub version: Option<u64>,
    pub location: Option<String>,
    pub allow: Option<&'static [&'static str]>,
    pub story: Story,
}

/// A long body: text that is written already, and pieces that follow as the client takes them. The lock only makes it
/// `Sync`: the record is written with the answer in view.
pub(crate) struct Sent(Mutex<Body>);

impl Sent {
    pub(crate) fn whole(text: String) -> Self {
        Self(Mutex::new(Body::from(text)))
    }

    pub(crate) fn in_pieces(
        text: String,
        rest: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self(Mutex::new(Body::from_stream(stream::iter([Ok(Bytes::from(text))]).chain(rest))))
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sent")
    }
}

/// The same exchange, told to the admin.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub sentence: String,
    pub result: ActivityResult,
    pub about: Option<(ResourceType, String)>,
    pub proofs: Vec<(ProofKind, String)>,
    pub notes: Vec<ActivityDeviation>,
}

impl Story {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            result: ActivityResult::Ok,
            about: None,
            proofs: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn lookup(sentence: impl Into<String>) -> Self {
        Self { result: ActivityResult::Lookup, ..Self::new(sentence) }
    }

    pub(crate) fn about(self, resource_type: ResourceType, id: impl Into<String>) -> Self {
        Self { about: Some((resource_type, id.into())), ..self }
    }

    pub(crate) fn proving(mut self, kind: ProofKind, sentence: impl Into<String>) -> Self {
        self.proofs.push((kind, sentence.into()));
        self
    }
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Value>, story: Story) -> Self {
        Self {
            status: 200,
            body: Some(body.into()),
            sent: None,
            version: None,
            location: None,
            allow: None,
            story,
        }
    }

    pub(crate) fn empty(status: u16, story: Story) -> Self {
        Self { status, body: None, sent: None, version: None, location: None, allow: None, story }
    }

    pub(crate) fn resource(
        status: u16,
        resource: Map<String, Value>,
        version: u64,
        location: String,
        story: Story,
    ) -> Self {
        Self {
            version: Some(version),
            location: Some(location),
            ..Self { status, ..Self::ok(Value::Object(resource), story) }
        }
    }

    pub(crate) fn into_response(self, head: &ResponseHead) -> Response<Body> {
        let body = self
            .sent
            .map(|sent| sent.0.into_inner().unwrap_or_else(PoisonError::into_inner))
            .or_else(|| self.body.map(|body| Body::from(body.to_string())));
        let mut response = head.response(self.status, body);
        let headers = response.headers_mut();
        if let Some(version) = self.version {
            set(headers, header::ETAG, &scim::version::etag(version));
        }
        if let Some(location) = &self.location {
            set(headers, header::LOCATION, location);
        }
        if let Some(allow) = self.allow {
            set(headers, header::ALLOW, &allow.join(", "));
        }
        response
    }
}

impl Refusal {
    pub(crate) fn to_response(&self, head: &ResponseHead) -> Response<Body> {
        let body = Body::from(self.error.to_json().to_string());
        let mut response = head.response(self.error.status, Some(body));
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            set(headers, header::RETRY_AFTER, &seconds.to_string());
        }
        if let Some(allow) = self.allow {
            set(headers, header::ALLOW, &allow.join(", "));
        }
        match self.challenge {
            Some(Challenge::Missing) => {
                set(headers, header::WWW_AUTHENTICATE, "Bearer realm=\"Foundational SCIM\"");
            }
            Some(Challenge::Invalid) => {
                set(
                    headers,
                    header::WWW_AUTHENTICATE,
                    "Bearer realm=\"Foundational SCIM\", error=\"invalid_token\"",
                );
            }
            None => {}
        }
        if self.error.status == 415 {
            // RFC 9110 section 15.5.16: what would have been read.
            set(headers, header::ACCEPT_ENCODING, "identity");
        }
        response
    }
}

/// What every answer has.
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub request_id: String,
    /// The client accepts `application/json` and nothing else.
    pub plain_json: bool,
}

impl ResponseHead {
    /// Reads what the client accepts: `application/scim+json` unless it names only `application/json`.
    pub(crate) fn of(request_id: &str, parts: &Parts) -> Self {
        let headers = &parts.headers;
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let named = |wanted: &str| {
            accept
                .split(',')
                .any(|part| part.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(wanted)))
        };
        let plain_json = named("application/json")
            && !named("application/scim+json")
            && !named("*/*")
            && !named("application/*");
        Self { request_id: request_id.to_owned(), plain_json }
    }

    fn response(&self, status: u16, body: Option<Body>) -> Response<Body> {
        let has_body = body.is_some();
        let mut response = Response::new(body.unwrap_or_default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if has_body {
            let kind = if self.plain_json { "application/json" } else { "application/scim+json" };
            set(headers, header::CONTENT_TYPE, kind);
        }
        set(headers, header::CACHE_CONTROL, "no-store");
        set(headers, HeaderName::from_static("x-content-type-options"), "nosniff");
        set(headers, HeaderName::from_static("x-request-id"), &self.request_id);
        response
    }
}

/// Sets a header. Values are ours and printable; one that is not is left out rather than answered with a fault.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

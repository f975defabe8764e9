//! The bytes of an answer.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use crate::answer::{Answer, ReadyText};
use crate::exchange::Ending;
use crate::refusal::{Challenge, Refusal};

/// How many headers an answer has, with those that HTTP adds.
const HEADERS: usize = 8;

/// What every response has.
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub request_id: String,
    /// The client accepts `application/json` and nothing else.
    pub plain_json: bool,
}

impl ResponseHead {
    /// Turns the outcome of a request into its response and into what is recorded of it. The body becomes text once.
    pub(crate) fn respond(&self, outcome: Result<Answer, Refusal>) -> (Response<Body>, Ending) {
        match outcome {
            Ok(answer) => {
                // A body beside a text or a stream is its summary: that is recorded, and not what was sent.
                let (sent, recorded) = match (answer.text, &answer.body) {
                    (Some(text), None) => (Some(Body::from(text.bytes.clone())), Some(text)),
                    (Some(text), Some(_)) => (Some(Body::from(text.bytes)), None),
                    (None, Some(body)) if answer.streamed.is_none() => {
                        let bytes = text_of(body);
                        (Some(Body::from(bytes.clone())), Some(ReadyText { bytes, person: None }))
                    }
                    (None, _) => (answer.streamed, None),
                };
                let mut response = self.response(answer.status, sent);
                let headers = response.headers_mut();
                if let Some(version) = answer.version {
                    set(headers, header::ETAG, &scim::version::etag(version));
                }
                if let Some(location) = &answer.location {
                    set(headers, header::LOCATION, location);
                }
                if let Some(allow) = answer.allow {
                    set(headers, header::ALLOW, &allow.join(", "));
                }
                let Answer { status, body, summary, .. } = answer;
                (response, Ending { status, outcome: Ok(summary), body, text: recorded })
            }
            Err(refusal) => {
                let (response, body, text) = self.refuse(&refusal);
                let status = refusal.error.status;
                (
                    response,
                    Ending {
                        status,
                        outcome: Err(refusal),
                        body: Some(body),
                        text: Some(ReadyText { bytes: text, person: None }),
                    },
                )
            }
        }
    }

    /// The response to a request that is refused, its body, and the text of that.
    pub(crate) fn refuse(&self, refusal: &Refusal) -> (Response<Body>, Value, Bytes) {
        let body = refusal.error.to_json();
        let text = text_of(&body);
        let mut response = self.response(refusal.error.status, Some(Body::from(text.clone())));
        let headers = response.headers_mut();
        if let Some(seconds) = refusal.retry_after {
            set(headers, header::RETRY_AFTER, &seconds.to_string());
        }
        if let Some(allow) = refusal.allow {
            set(headers, header::ALLOW, &allow.join(", "));
        }
        let challenge = refusal.challenge.map(|challenge| match challenge {
            Challenge::Missing => "Bearer realm=\"Foundational SCIM\"",
            Challenge::Invalid => "Bearer realm=\"Foundational SCIM\", error=\"invalid_token\"",
        });
        if let Some(challenge) = challenge {
            set(headers, header::WWW_AUTHENTICATE, challenge);
        }
        if refusal.error.status == 415 {
            // RFC 9110 section 15.5.16: what would have been read.
            set(headers, header::ACCEPT_ENCODING, "identity");
        }
        (response, body, text)
    }

    /// Reads what the client accepts: `application/scim+json` unless it names only `application/json`.
    pub(crate) fn of(request_id: String, parts: &Parts) -> Self {
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
        Self { request_id, plain_json }
    }

    fn response(&self, status: u16, body: Option<Body>) -> Response<Body> {
        let has_body = body.is_some();
        let mut response = Response::new(body.unwrap_or_default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::with_capacity(HEADERS);
        if has_body {
            let kind = if self.plain_json { "application/json" } else { "application/scim+json" };
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        set(&mut headers, HeaderName::from_static("x-request-id"), &self.request_id);
        *response.headers_mut() = headers;
        response
    }
}

/// Sets a header. Values are ours and printable; one that is not is left out rather than answered with a fault.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn text_of(body: &Value) -> Bytes {
    Bytes::from(body.to_string())
}

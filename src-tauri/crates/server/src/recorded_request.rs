//! A request as it is recorded: without the secrets in it.

use axum::http::{HeaderValue, Method, Uri};
use idp::IncomingRequest;
use idp::masked::Mask;
use idp::recognise::{Recognition, recognise};
use scim::{Target, json};
use serde_json::Value;
use store::RecordedBodies;

use crate::redact::Redaction;
use crate::sent_write::{SentBody, SentWrite, writes_in_bulk};

/// How much of a body is recorded, in bytes.
pub(crate) const MOST_OF_BODY: usize = 64 * 1024;

/// What is recorded of a request.
pub(crate) struct RecordedRequest {
    pub method: String,
    /// All of it, as `user_agent`: both are cut once every secret is known, of which a cut would leave the beginning.
    pub path: String,
    pub user_agent: Option<String>,
    pub body: Option<String>,
    /// What its body says of a user or group.
    pub sent: SentBody,
    /// The writes in its body, if it is a Bulk request.
    pub operations: Vec<SentWrite>,
    /// Which client probably sent it, and what it was.
    pub recognised: Recognition,
    /// Knows the secrets that it gives away, which an answer or a sentence may repeat.
    pub redaction: Redaction,
}

impl RecordedRequest {
    /// `path` is the part of the address that is below the endpoint. The client of a request that is not routed is not
    /// recognised.
    pub(crate) fn of(
        method: &Method,
        uri: &Uri,
        user_agent: Option<&HeaderValue>,
        body: Option<&[u8]>,
        path: &str,
        is_routed: bool,
        bodies: RecordedBodies,
    ) -> Self {
        let mut redaction = Redaction::default();
        let shown_path = redaction.address(path, uri.query());
        let shown_method = redaction.text(method.as_str().to_owned());
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| redaction.text(text.to_owned()));
        let mut request = IncomingRequest {
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body: body.and_then(|body| json::parse(body).ok()),
        };
        let recognised =
            if is_routed { recognise(&request, user_agent.as_deref()) } else { Recognition::default() };
        let target = Target::parse(path);
        let sent = request.body.as_ref().map(|body| SentBody::of(target.as_ref(), body)).unwrap_or_default();
        let operations = match (&request.body, target) {
            (Some(body), Some(Target::Bulk)) => writes_in_bulk(body),
            _ => Vec::new(),
        };
        let body = request.body.take().and_then(|body| {
            let mut body = Value::Object(body);
            // What it gives away as a secret is hidden in every other text, also where the body is not recorded.
            redaction.body(&mut body);
            recorded_body(body, bodies)
        });
        Self {
            method: shown_method,
            path: shown_path,
            user_agent,
            body,
            sent,
            operations,
            recognised,
            redaction,
        }
    }
}

/// A body without secrets, as it is recorded.
pub(crate) fn recorded_body(body: Value, bodies: RecordedBodies) -> Option<String> {
    let body = match bodies {
        RecordedBodies::Full => body,
        // Before it is cut: a part of a body has no shape.
        RecordedBodies::Masked => Mask::NAMES.parsed(&body),
        RecordedBodies::None => return None,
    };
    Some(cut(body.to_string(), MOST_OF_BODY))
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

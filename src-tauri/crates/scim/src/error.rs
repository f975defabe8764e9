//! The SCIM error: the answer to a refused request (RFC 7644 section 3.12).

use serde_json::{Map, Value, json};

/// The URN of the error message.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The detail keyword of a 400, 403 or 409 answer (RFC 7644 table 9, RFC 9865 table 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter is not well formed, or compares what cannot be compared.
    InvalidFilter,
    /// The query would cost more than the server allows.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The attribute may not be changed this way.
    Mutability,
    /// The body is not the expected message.
    InvalidSyntax,
    /// The path of a PATCH operation names nothing that exists.
    InvalidPath,
    /// The path of a PATCH operation selects no value.
    NoTarget,
    /// A value is missing, or does not fit its attribute.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request would put a secret into a URI.
    Sensitive,
    /// The cursor was not issued by this server for this query (RFC 9865).
    InvalidCursor,
    /// The cursor is too old (RFC 9865).
    ExpiredCursor,
    /// The page size of a query by cursor is not usable (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// Each keyword, in the order of the tables.
    pub const ALL: [Self; 13] = [
        Self::InvalidFilter,
        Self::TooMany,
        Self::Uniqueness,
        Self::Mutability,
        Self::InvalidSyntax,
        Self::InvalidPath,
        Self::NoTarget,
        Self::InvalidValue,
        Self::InvalidVers,
        Self::Sensitive,
        Self::InvalidCursor,
        Self::ExpiredCursor,
        Self::InvalidCount,
    ];

    /// The keyword as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

impl std::fmt::Display for ScimType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal, ready to be sent: the body of RFC 7644 section 3.12 and the status of the answer.
///
/// The detail is written for the admin at the other end: it names the attribute, shows (shortened) what
/// arrived and what was expected. It never shows a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    /// The HTTP status.
    pub status: u16,
    /// The keyword, where the RFC has one for the case.
    pub scim_type: Option<ScimType>,
    /// A sentence for a person.
    pub detail: String,
    /// For a value that does not fit its attribute: the parts of the detail.
    pub mismatch: Option<Box<Mismatch>>,
}

/// A value that does not fit its attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The attribute's path: `emails.type`.
    pub attribute: String,
    /// What its values are: `true or false`.
    pub expected: String,
    /// The value, shortened; none where it may be a secret.
    pub arrived: Option<String>,
}

impl Error {
    /// Any status, without a keyword.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), mismatch: None }
    }

    /// 400 with a keyword.
    pub fn bad_request(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self { scim_type: Some(scim_type), ..Self::new(400, detail) }
    }

    /// 400 `invalidValue`: the value of an attribute is not of its kind. `arrived` is `None` for a value that must not
    /// be shown.
    pub(crate) fn mismatch(attribute: &str, expected: &str, arrived: Option<String>) -> Self {
        let got = arrived.as_deref().map(|arrived| format!(", got {arrived}")).unwrap_or_default();
        let mismatch = Mismatch { attribute: attribute.to_owned(), expected: expected.to_owned(), arrived };
        Self {
            mismatch: Some(Box::new(mismatch)),
            ..Self::bad_request(ScimType::InvalidValue, format!("{attribute}: expected {expected}{got}"))
        }
    }

    /// 400 `invalidCursor`: not a cursor of this server for this query (RFC 9865 section 2.1).
    pub fn invalid_cursor() -> Self {
        Self::bad_request(
            ScimType::InvalidCursor,
            "cursor: expected a nextCursor or previousCursor of this very query, or an empty one for its first page",
        )
    }

    /// 400 `expiredCursor`: a cursor of this server that has expired (RFC 9865 section 2.1).
    pub fn expired_cursor() -> Self {
        Self::bad_request(ScimType::ExpiredCursor, "cursor: it has expired; start again with an empty cursor")
    }

    /// 401: no usable credentials.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(401, detail)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, detail)
    }

    /// 403 `sensitive`: a secret must not be in a URI (RFC 7644 section 7.5.2).
    pub fn sensitive(detail: impl Into<String>) -> Self {
        Self { scim_type: Some(ScimType::Sensitive), ..Self::new(403, detail) }
    }

    /// 404: no such resource or endpoint.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, detail)
    }

    /// 405: the endpoint exists, the method does not.
    pub fn method_not_allowed(detail: impl Into<String>) -> Self {
        Self::new(405, detail)
    }

    /// 409 without a keyword: the request cannot be met in the present state.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, detail)
    }

    /// 409 `uniqueness`: a value that must be unique is taken.
    pub fn uniqueness(detail: impl Into<String>) -> Self {
        Self { scim_type: Some(ScimType::Uniqueness), ..Self::new(409, detail) }
    }

    /// 412: the resource is not in the version the client named.
    pub fn precondition_failed(detail: impl Into<String>) -> Self {
        Self::new(412, detail)
    }

    /// 413: more bytes or operations than the server takes at once.
    pub fn payload_too_large(detail: impl Into<String>) -> Self {
        Self::new(413, detail)
    }

    /// 429: too many requests.
    pub fn too_many_requests(detail: impl Into<String>) -> Self {
        Self::new(429, detail)
    }

    /// 500: the fault is ours.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(500, detail)
    }

    /// 501: a part of SCIM that this server does not offer.
    pub fn not_implemented(detail: impl Into<String>) -> Self {
        Self::new(501, detail)
    }

    /// 503: not now.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(503, detail)
    }

    /// The same refusal with a prefix to its detail, for example the number of the operation.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        self.detail = format!("{place}: {}", self.detail);
        self
    }

    /// The body as RFC 7644 section 3.12 has it; the status is a string there.
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".into(), json!([ERROR_URN]));
        if let Some(scim_type) = self.scim_type {
            body.insert("scimType".into(), scim_type.as_str().into());
        }
        body.insert("detail".into(), self.detail.clone().into());
        body.insert("status".into(), self.status.to_string().into());
        Value::Object(body)
    }
}

/// How many characters of an arrived value a detail shows.
const SHOWN: usize = 60;

/// A value as a detail shows it: JSON, shortened.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("an array of {} values", items.len()),
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().take(6).map(String::as_str).collect();
            shorten(&format!(
                "an object with {}",
                if names.is_empty() { "nothing".into() } else { names.join(", ") }
            ))
        }
        other => other.to_string(),
    }
}

/// A text as a detail shows it: in quotes, shortened, control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    let short = shorten(text);
    let mut out = String::with_capacity(short.len() + 2);
    out.push('"');
    for character in short.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => out.extend(control.escape_default()),
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_carries_the_status_as_a_string() {
        let body = Error::bad_request(ScimType::InvalidPath, "no").to_json();
        assert_eq!(body["status"], "400", "RFC 7644 3.12 makes the status a string");
        assert_eq!(body["scimType"], "invalidPath");
        assert_eq!(body["schemas"], json!([ERROR_URN]));
    }

    #[test]
    fn what_arrived_is_shown_short_and_without_control_characters() {
        assert_eq!(quoted("a\u{7}\"b"), "\"a\\u{7}\\\"b\"");
        let long = "é".repeat(1_000);
        assert!(quoted(&long).chars().count() < 70, "long values are cut at a character");
    }
}

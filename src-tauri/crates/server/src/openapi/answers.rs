//! Answers: what a success and a refusal look like, with their headers.

use serde_json::{Map, Value, json};

use super::component::component;

/// The media types of every body.
const MEDIA_TYPES: [&str; 2] = ["application/scim+json", "application/json"];

/// Each refusal: its status, what it means, and its headers beside that of every answer.
const REFUSALS: [(u16, &str, &[&str]); 16] = [
    (400, "The request is not right; scimType and detail say what.", &[]),
    (401, "No token, or none that is valid here.", &["WWW-Authenticate"]),
    (
        403,
        "Not possible by provisioning: a filter where none can be, a secret in a filter, or the last local Admin.",
        &[],
    ),
    (404, "No such resource, address or endpoint.", &[]),
    (405, "The address takes other methods.", &["Allow"]),
    (408, "The body did not arrive in time.", &[]),
    (
        409,
        "A value that must be unique is taken (scimType uniqueness), or the present state does not allow it.",
        &[],
    ),
    (412, "The resource has another version than If-Match names.", &[]),
    (413, "The body, the resource or the number of operations is too large.", &[]),
    (414, "The address is too long. Send a long filter to /.search.", &[]),
    (
        415,
        "The body is neither application/scim+json nor application/json, or has a coding.",
        &["Accept-Encoding"],
    ),
    (421, "The request names another host than this server.", &[]),
    (429, "Not now: too many requests without a valid token, or removals are held.", &["Retry-After"]),
    (500, "A fault in Foundational.", &[]),
    (501, "Not offered.", &[]),
    (503, "Not now: busy, paused, nearly full, or removals are held.", &["Retry-After"]),
];

/// The header of every answer.
const REQUEST_ID: &str = "X-Request-Id";

/// The headers of answers, by their names.
pub(super) fn headers() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let etag = json!({"type": "string", "pattern": "^W/\""});
    let seconds = json!({"type": "integer", "minimum": 0});
    let challenge = json!({"type": "string", "pattern": "^Bearer "});
    json!({
        REQUEST_ID: header("The id of the request in Foundational's Activity.", &text),
        "ETag": header("The version of the resource, as in meta.version.", &etag),
        "Location": header("The address of the resource, as in meta.location.", &text),
        "Allow": header("The methods that the address takes.", &text),
        "Retry-After": header("After how many seconds to try again.", &seconds),
        "WWW-Authenticate": header("What is missing (RFC 6750 section 3).", &challenge),
        "Accept-Encoding": header("The codings of a body that are read (RFC 9110 section 15.5.16).", &text),
    })
}

fn header(description: &str, schema: &Value) -> Value {
    json!({"description": description, "required": true, "schema": schema})
}

/// An answer of success, with the body of this schema.
pub(super) fn success(description: &str, schema: Option<&str>, headers: &[&str]) -> Value {
    let mut answer = json!({"description": description, "headers": headers_of(headers)});
    if let Some(schema) = schema {
        answer["content"] = content(&component("schemas", schema));
    }
    answer
}

/// A body of this schema.
pub(super) fn content(schema: &Value) -> Value {
    MEDIA_TYPES.into_iter().map(|media_type| (media_type, json!({"schema": schema}))).collect()
}

/// The reference to a refusal.
pub(super) fn refusal(status: u16) -> Value {
    component("responses", &name_of(status))
}

/// Every refusal by its name.
pub(super) fn refusals() -> Map<String, Value> {
    let refusal = |(status, description, headers): (u16, &str, &[&str])| {
        let schema = json!({
            "allOf": [component("schemas", "Error"), {"properties": {"status": {"const": status.to_string()}}}],
        });
        let answer = json!({
            "description": description,
            "headers": headers_of(headers),
            "content": content(&schema),
        });
        (name_of(status), answer)
    };
    REFUSALS.into_iter().map(refusal).collect()
}

fn name_of(status: u16) -> String {
    format!("Error{status}")
}

fn headers_of(names: &[&str]) -> Map<String, Value> {
    let names = [REQUEST_ID].into_iter().chain(names.iter().copied());
    names.map(|name| (name.to_owned(), component("headers", name))).collect()
}

//! What is sent beside a body: parts of the address, of the query, and headers.

use scim::{Registry, ResourceType};
use serde_json::{Value, json};

use super::component::component;

/// Those that say which attributes an answer has (RFC 7644 section 3.9).
pub(super) const PROJECTION: &[&str] = &["attributes", "excludedAttributes"];
/// Those of a query, beside [`PROJECTION`] (RFC 7644 section 3.4.2, RFC 9865 section 2).
pub(super) const QUERY: &[&str] = &["filter", "sortBy", "sortOrder", "startIndex", "count", "cursor"];

/// The reference to one of them.
pub(super) fn parameter(name: &str) -> Value {
    component("parameters", name)
}

/// All that are in a query or are headers, by their names.
pub(super) fn in_query_and_headers() -> Value {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let names = |name: &str, description: &str| {
        let mut names = sent("query", name, description, &json!({"type": "array", "items": text}));
        names["style"] = "form".into();
        names["explode"] = false.into();
        names
    };
    let query = |name: &str, description: &str, schema: &Value| sent("query", name, description, schema);
    let header = |name: &str, description: &str| sent("header", name, description, &text);
    let mut filter = query("filter", "Which resources (RFC 7644 section 3.4.2.2).", &text);
    filter["example"] = "userName eq \"ada@example.com\"".into();
    json!({
        "filter": filter,
        "sortBy": query("sortBy", "The attribute by which they are sorted.", &text),
        "sortOrder": query("sortOrder", "Their order.", &json!({"enum": ["ascending", "descending"]})),
        "startIndex": query("startIndex", "The number of the first result, from 1.", &number),
        "count": query("count", "How many results at most.", &number),
        "cursor": query("cursor", "A nextCursor or previousCursor; empty for the first page by cursor.", &text),
        "attributes": names("attributes", "The attributes to answer with; no others but schemas and id."),
        "excludedAttributes": names("excludedAttributes", "The attributes to leave out."),
        "If-Match": header("If-Match", "Only if the resource has this version."),
        "If-None-Match": header("If-None-Match", "Only if the resource has another version than this."),
    })
}

fn sent(place: &str, name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": place, "description": description, "schema": schema})
}

/// The part of an address that stands for any text, with the values that there are.
pub(super) fn in_path(registry: &Registry, pattern: &str) -> Option<Value> {
    let name = pattern.split_once('{')?.1.trim_end_matches('}');
    let values: Vec<&str> = match name {
        "urn" => registry.schemas().map(|schema| schema.id.as_str()).collect(),
        "name" => ResourceType::ALL.map(ResourceType::name).to_vec(),
        _ => Vec::new(),
    };
    let mut parameter =
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}});
    if !values.is_empty() {
        parameter["schema"]["examples"] = values.into();
    }
    Some(parameter)
}

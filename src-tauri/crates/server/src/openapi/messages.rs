//! JSON schemas of the messages of RFC 7644: errors, lists, searches, patches and bulk requests.

use scim::bulk::{REQUEST_URN, RESPONSE_URN};
use scim::list::{LIST_URN, SEARCH_URN};
use scim::patch::{MOST_OPERATIONS, PATCH_URN};
use scim::{ERROR_URN, ScimType};
use serde_json::{Map, Value, json};

use super::component::component;
use crate::limits::ServerLimits;

/// Each of them by its name.
pub(super) fn all(limits: &ServerLimits) -> Map<String, Value> {
    let messages = [
        ("Error", error()),
        ("SearchRequest", search_request()),
        ("PatchOp", patch()),
        ("BulkRequest", bulk_request(limits)),
        ("BulkResponse", bulk_response()),
    ];
    messages.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// A list of resources of these schemas (RFC 7644 section 3.4.2, RFC 9865 section 2).
pub(super) fn list_of(names: &[&str]) -> Value {
    let schemas: Vec<Value> = names.iter().map(|name| component("schemas", name)).collect();
    json!({
        "type": "object",
        "required": ["schemas", "totalResults", "itemsPerPage", "Resources"],
        "properties": {
            "schemas": schemas_with(LIST_URN),
            "totalResults": {"type": "integer", "minimum": 0},
            "startIndex": {"type": "integer", "minimum": 1},
            "itemsPerPage": {"type": "integer", "minimum": 0},
            "nextCursor": {"type": "string"},
            "previousCursor": {"type": "string"},
            "Resources": {"type": "array", "items": {"anyOf": schemas}},
        },
        "additionalProperties": false,
    })
}

/// The `schemas` of a message.
fn schemas_with(urn: &str) -> Value {
    json!({"type": "array", "items": {"const": urn}, "minItems": 1})
}

/// RFC 7644 section 3.12.
fn error() -> Value {
    json!({
        "type": "object",
        "required": ["schemas", "detail", "status"],
        "properties": {
            "schemas": schemas_with(ERROR_URN),
            "scimType": {"enum": ScimType::ALL.map(ScimType::as_str)},
            "detail": {"type": "string", "minLength": 1, "description": "What is wrong and what to do."},
            "status": {"type": "string", "description": "The status of the answer."},
        },
        "additionalProperties": false,
    })
}

/// RFC 7644 section 3.4.3.
fn search_request() -> Value {
    json!({
        "type": "object",
        "required": ["schemas"],
        "properties": {
            "schemas": schemas_with(SEARCH_URN),
            "filter": {"type": "string"},
            "sortBy": {"type": "string"},
            "sortOrder": {"enum": ["ascending", "descending"]},
            "startIndex": {"type": "integer"},
            "count": {"type": "integer"},
            "cursor": {"type": "string"},
            "attributes": {"type": "array", "items": {"type": "string"}},
            "excludedAttributes": {"type": "array", "items": {"type": "string"}},
        },
    })
}

/// RFC 7644 section 3.5.2.
fn patch() -> Value {
    json!({
        "type": "object",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": schemas_with(PATCH_URN),
            "Operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_OPERATIONS,
                "items": {
                    "type": "object",
                    "required": ["op"],
                    "properties": {
                        "op": {"enum": ["add", "remove", "replace"]},
                        "path": {"type": "string"},
                        "value": {},
                    },
                },
            },
        },
    })
}

/// RFC 7644 section 3.7.
fn bulk_request(limits: &ServerLimits) -> Value {
    json!({
        "type": "object",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": schemas_with(REQUEST_URN),
            "failOnErrors": {"type": "integer", "minimum": 1},
            "Operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": limits.bulk_operations,
                "items": {
                    "type": "object",
                    "required": ["method", "path"],
                    "properties": {
                        "method": {"enum": ["POST", "PUT", "PATCH", "DELETE"]},
                        "path": {"type": "string"},
                        "bulkId": {"type": "string", "description": "A POST needs one."},
                        "version": {"type": "string", "description": "As in If-Match."},
                        "data": {"type": "object"},
                    },
                },
            },
        },
    })
}

/// RFC 7644 section 3.7.
fn bulk_response() -> Value {
    json!({
        "type": "object",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": schemas_with(RESPONSE_URN),
            "Operations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["method", "status"],
                    "properties": {
                        "method": {"type": "string"},
                        "bulkId": {"type": "string"},
                        "version": {"type": "string"},
                        "location": {"type": "string"},
                        "status": {"type": "string"},
                        "response": component("schemas", "Error"),
                    },
                    "additionalProperties": false,
                },
            },
        },
        "additionalProperties": false,
    })
}

//! What the writes send, and what is compared of it.

use serde_json::{Value, json};

pub(crate) fn email(name: &str, value: &str) -> String {
    format!("{name}-{value}@example.com")
}

/// A person whose attributes have one value.
pub(crate) fn person(name: &str, value: &str) -> Value {
    json!({"userName": name, "title": value, "nickName": value, "emails": [{"value": email(name, value)}]})
}

/// What is compared of a person: all attributes that a write sets.
pub(crate) fn values(person: &Value) -> Value {
    json!([person["userName"], person["title"], person["nickName"], person["emails"][0]["value"]])
}

pub(crate) fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

pub(crate) fn bulk_names(n: u32) -> [String; 3] {
    ["a", "b", "c"].map(|one| format!("bulk-{n}-{one}"))
}

pub(crate) fn bulk(n: u32, value: &str) -> Value {
    let operations: Vec<Value> = bulk_names(n)
        .iter()
        .map(|name| json!({"method": "POST", "path": "/Users", "bulkId": name, "data": person(name, value)}))
        .collect();
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

/// A token is made by one write and revoked by the next.
pub(crate) fn label(n: u32) -> String {
    format!("token {}", n / 2)
}

/// What a SCIM DELETE leaves, and the addresses that may call.
pub(crate) fn rules(n: u32) -> [Value; 2] {
    if n.is_multiple_of(2) { [json!("remove"), json!(["10.0.0.0/8"])] } else { [json!("keep"), json!([])] }
}

pub(crate) fn role(n: u32) -> &'static str {
    if n.is_multiple_of(2) { "admin" } else { "member" }
}

pub(crate) fn megabytes(n: u32) -> u32 {
    500 + n
}

//! The messages that the cases send, and short ways to a resource.

use serde_json::{Value, json};
use tests::Api;

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A PATCH body.
pub fn patch(operations: impl Into<Value>) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations.into()})
}

/// A Bulk body.
pub fn bulk(operations: impl Into<Value>) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations.into()})
}

/// A body for `/.search`: these members and the right `schemas`.
pub fn search(mut members: Value) -> Value {
    members["schemas"] = json!(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]);
    members
}

/// The id of a resource.
pub fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap_or_else(|| panic!("it has an id: {resource}")).to_owned()
}

/// Creates a person of this userName.
pub async fn person(api: &Api, user_name: &str) -> Value {
    let body = json!({"schemas": [USER], "userName": user_name});
    api.scim("POST", "/Users", body).await.expect(201, "the person is created")
}

/// Creates a group with these members.
pub async fn group(api: &Api, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({"schemas": [GROUP], "displayName": name, "members": members});
    api.scim("POST", "/Groups", body).await.expect(201, "the group is created")
}

/// Reads what is at a path.
pub async fn read(api: &Api, path: &str) -> Value {
    api.scim("GET", path, None).await.expect(200, path)
}

/// The userNames, or displayNames of groups, of a list in its order.
pub fn names(list: &Value) -> Vec<&str> {
    let resources = list["Resources"].as_array().unwrap_or_else(|| panic!("it is a list: {list}"));
    resources
        .iter()
        .map(|resource| resource["userName"].as_str().or(resource["displayName"].as_str()).unwrap_or("?"))
        .collect()
}

/// The ids of a multi-valued attribute's values, sorted.
pub fn values(list: &Value) -> Vec<String> {
    let mut found: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| item["value"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

/// Text as it is written in a query.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

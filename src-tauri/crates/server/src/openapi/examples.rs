//! An example of each body that a client sends.

use scim::ResourceType;
use scim::bulk::REQUEST_URN;
use scim::list::SEARCH_URN;
use scim::patch::PATCH_URN;
use serde_json::{Value, json};

/// A resource, with what it must have.
pub(super) fn resource(resource_type: ResourceType) -> Value {
    let schemas = [resource_type.schema()];
    match resource_type {
        ResourceType::User => json!({
            "schemas": schemas,
            "userName": "ada@example.com",
            "externalId": "7f1c",
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
            "active": true,
        }),
        ResourceType::Group => json!({"schemas": schemas, "displayName": "Analysts"}),
    }
}

/// A change of a resource.
pub(super) fn patch(resource_type: ResourceType) -> Value {
    let operation = match resource_type {
        ResourceType::User => json!({"op": "replace", "path": "active", "value": false}),
        ResourceType::Group => json!({"op": "replace", "path": "displayName", "value": "Mathematicians"}),
    };
    json!({"schemas": [PATCH_URN], "Operations": [operation]})
}

/// A search over resources of one type, or of all.
pub(super) fn search(resource_type: Option<ResourceType>) -> Value {
    let (filter, sort_by) = match resource_type {
        Some(ResourceType::User) => ("userName sw \"a\"", "userName"),
        Some(ResourceType::Group) => ("displayName sw \"A\"", "displayName"),
        None => ("meta.lastModified gt \"2026-01-01T00:00:00Z\"", "id"),
    };
    json!({"schemas": [SEARCH_URN], "filter": filter, "sortBy": sort_by, "startIndex": 1, "count": 10})
}

/// A person and a group with that person as its member.
pub(super) fn bulk() -> Value {
    let [user, mut group] = ResourceType::ALL.map(resource);
    group["members"] = json!([{"value": "bulkId:ada"}]);
    json!({
        "schemas": [REQUEST_URN],
        "failOnErrors": 1,
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "ada", "data": user},
            {"method": "POST", "path": "/Groups", "bulkId": "analysts", "data": group},
        ],
    })
}

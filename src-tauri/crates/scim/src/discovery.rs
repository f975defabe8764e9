//! What the server publishes about itself (RFC 7643 sections 5 to 7, RFC 7644 section 4, RFC 9865 section 4).
//!
//! `base` is the base URL of the connection without a trailing slash. None is a 404.

use serde_json::{Map, Value, json};

use crate::list::list_response;
use crate::schema::{Registry, ResourceType, Schema};

const CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// The limits that `/ServiceProviderConfig` advertises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvertisedLimits {
    /// Operations in one Bulk request.
    pub max_operations: u64,
    /// Bytes in one Bulk request.
    pub max_payload_size: u64,
    /// Results of one query at most.
    pub max_results: u64,
    /// Results on a page where the client names no `count`.
    pub default_page_size: u64,
    /// Results on a page at most.
    pub max_page_size: u64,
    /// Seconds for which a cursor is valid.
    pub cursor_timeout: u64,
    /// Where an admin finds help.
    pub documentation: Option<String>,
}

/// `/ServiceProviderConfig`.
pub fn service_provider_config(base: &str, limits: &AdvertisedLimits) -> Value {
    let mut out = Map::new();
    out.insert("schemas".into(), json!([CONFIG_URN]));
    if let Some(address) = &limits.documentation {
        out.insert("documentationUri".into(), address.clone().into());
    }
    let rest = json!({
        "patch": {"supported": true},
        "bulk": {
            "supported": true,
            "maxOperations": limits.max_operations,
            "maxPayloadSize": limits.max_payload_size,
        },
        "filter": {"supported": true, "maxResults": limits.max_results},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": limits.default_page_size,
            "maxPageSize": limits.max_page_size,
            "cursorTimeout": limits.cursor_timeout,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token made for this connection, in the Authorization header.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    });
    if let Value::Object(rest) = rest {
        out.extend(rest);
    }
    Value::Object(out)
}

/// `/Schemas`, as a list.
pub fn schemas(base: &str, registry: &Registry) -> Value {
    listed(registry.schemas().map(|schema| described(base, schema)).collect())
}

/// `/Schemas/{urn}`.
pub fn schema(base: &str, registry: &Registry, urn: &str) -> Option<Value> {
    registry.schema(urn).map(|schema| Value::Object(described(base, schema)))
}

/// `/ResourceTypes`, as a list.
pub fn resource_types(base: &str, registry: &Registry) -> Value {
    listed(ResourceType::ALL.into_iter().map(|resource_type| typed(base, registry, resource_type)).collect())
}

/// `/ResourceTypes/{name}`.
pub fn resource_type(base: &str, registry: &Registry, name: &str) -> Option<Value> {
    ResourceType::from_name(name).map(|resource_type| Value::Object(typed(base, registry, resource_type)))
}

fn listed(resources: Vec<Map<String, Value>>) -> Value {
    Value::Object(list_response(resources.len() as u64, Some(1), None, None, resources))
}

fn described(base: &str, schema: &Schema) -> Map<String, Value> {
    let mut out = schema.to_json();
    out.insert(
        "meta".into(),
        json!({"resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id)}),
    );
    out
}

fn typed(base: &str, registry: &Registry, resource_type: ResourceType) -> Map<String, Value> {
    let mut out = Map::new();
    let name = resource_type.name();
    out.insert("schemas".into(), json!([TYPE_URN]));
    out.insert("id".into(), name.into());
    out.insert("name".into(), name.into());
    out.insert("description".into(), registry.core(resource_type).description.clone().into());
    out.insert("endpoint".into(), resource_type.endpoint().into());
    out.insert("schema".into(), resource_type.schema().into());
    let extensions: Vec<Value> = registry
        .extensions(resource_type)
        .map(|schema| json!({"schema": schema.id, "required": false}))
        .collect();
    if !extensions.is_empty() {
        out.insert("schemaExtensions".into(), extensions.into());
    }
    out.insert(
        "meta".into(),
        json!({"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}")}),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://example.com/scim/v2/c";

    #[test]
    fn the_server_describes_itself() {
        let limits = AdvertisedLimits {
            max_operations: 1_000,
            max_payload_size: 5_242_880,
            max_results: 500,
            default_page_size: 100,
            max_page_size: 500,
            cursor_timeout: 3_600,
            documentation: Some("https://example.com/help".into()),
        };
        let registry = Registry::standard();
        insta::assert_json_snapshot!("service_provider_config", service_provider_config(BASE, &limits));
        insta::assert_json_snapshot!("resource_types", resource_types(BASE, &registry));
        insta::assert_json_snapshot!("schemas", schemas(BASE, &registry));
    }

    #[test]
    fn a_schema_is_found_in_any_case_and_an_unknown_one_is_not() {
        let registry = Registry::standard();
        let urn = ResourceType::User.schema();
        assert_eq!(schema(BASE, &registry, &urn.to_uppercase()).expect("exists")["id"], urn);
        assert_eq!(schema(BASE, &registry, "urn:x"), None);
        assert_eq!(resource_type(BASE, &registry, "group").expect("exists")["endpoint"], "/Groups");
        assert_eq!(resource_type(BASE, &registry, "Device"), None);
    }
}

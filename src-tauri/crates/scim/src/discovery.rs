//! What the server tells about itself (RFC 7643 sections 5 to 7, RFC 7644 section 4).

use serde_json::Value;

use crate::schema::Registry;

/// The limits that `/ServiceProviderConfig` advertises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Operations in one Bulk request.
    pub max_operations: u64,
    /// Bytes in one Bulk request.
    pub max_payload_size: u64,
    /// Results of one query without a page size.
    pub max_results: u64,
    /// Results on a page where the client names no `count`.
    pub default_page_size: u64,
    /// Results on a page at most.
    pub max_page_size: u64,
    /// Seconds for which a cursor is good.
    pub cursor_timeout: u64,
    /// Where an admin finds help.
    pub documentation: Option<String>,
}

/// `/ServiceProviderConfig`. `base` is the base URL without a trailing slash, here and below.
pub fn service_provider_config(base: &str, limits: &Limits) -> Value {
    todo!("{base} {limits:?}")
}

/// `/Schemas`, as a list.
pub fn schemas(base: &str, registry: &Registry) -> Value {
    todo!("{base} {registry:?}")
}

/// `/Schemas/{urn}`.
pub fn schema(base: &str, registry: &Registry, urn: &str) -> Option<Value> {
    todo!("{base} {registry:?} {urn}")
}

/// `/ResourceTypes`, as a list.
pub fn resource_types(base: &str, registry: &Registry) -> Value {
    todo!("{base} {registry:?}")
}

/// `/ResourceTypes/{name}`.
pub fn resource_type(base: &str, registry: &Registry, name: &str) -> Option<Value> {
    todo!("{base} {registry:?} {name}")
}

//! Resources as they leave.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::project::Projection;
use crate::schema::{Registry, ResourceType};

/// What the server knows about a resource (RFC 7643 section 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub last_modified: Timestamp,
    /// Its address.
    pub location: String,
    /// Its version; shown as `W/"n"`.
    pub version: u64,
}

/// The whole resource, for a filter to look at or a sort to compare.
pub fn assemble(
    registry: &Registry,
    resource_type: ResourceType,
    id: &str,
    document: &Map<String, Value>,
    meta: &Meta,
    computed: Map<String, Value>,
) -> Map<String, Value> {
    todo!("{registry:?} {resource_type} {id} {document:?} {meta:?} {computed:?}")
}

/// The resource as the client gets to see it.
pub fn render(
    registry: &Registry,
    resource_type: ResourceType,
    id: &str,
    document: &Map<String, Value>,
    meta: &Meta,
    computed: Map<String, Value>,
    projection: &Projection,
) -> Map<String, Value> {
    todo!("{registry:?} {resource_type} {id} {document:?} {meta:?} {computed:?} {projection:?}")
}

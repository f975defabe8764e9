//! Queries and their answers.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::filter::Filter;
use crate::path::AttributePath;
use crate::project::Projection;
use crate::schema::{Registry, ResourceType};

/// A query over one resource type (RFC 7644 section 3.4.2, RFC 9865).
#[derive(Debug, Clone, PartialEq)]
pub struct ListQuery {
    /// Which resources; none for all.
    pub filter: Option<Filter>,
    /// The attribute to sort by; complex attributes with `value` are sorted by it.
    pub sort_by: Option<AttributePath>,
    /// Whether the order is reversed.
    pub descending: bool,
    /// The number of the first result, from 1.
    pub start_index: u64,
    /// How many results at most; none if the client leaves it to the server.
    pub count: Option<u64>,
    /// The cursor; empty for the first page by cursor.
    pub cursor: Option<String>,
    /// Which attributes.
    pub projection: Projection,
}

impl ListQuery {
    /// Reads the query of a GET, as it stands after the `?`, not decoded.
    pub fn from_query(
        registry: &Registry,
        resource_type: ResourceType,
        raw_query: &str,
    ) -> Result<Self, Error> {
        todo!("{registry:?} {resource_type} {raw_query}")
    }

    /// Reads the body of a POST to `/.search`.
    pub fn from_search_request(
        registry: &Registry,
        resource_type: ResourceType,
        body: &Map<String, Value>,
    ) -> Result<Self, Error> {
        todo!("{registry:?} {resource_type} {body:?}")
    }

    /// Reads a query over all resource types from the body of a POST to the root's `/.search`: one query a type,
    /// alike but for the attributes they know.
    pub fn across_from_search_request(
        registry: &Registry,
        body: &Map<String, Value>,
    ) -> Result<Vec<(ResourceType, Self)>, Error> {
        todo!("{registry:?} {body:?}")
    }
}

/// The answer to a query.
pub fn list_response(
    total: u64,
    start_index: Option<u64>,
    next_cursor: Option<String>,
    previous_cursor: Option<String>,
    resources: Vec<Map<String, Value>>,
) -> Map<String, Value> {
    todo!("{total} {start_index:?} {next_cursor:?} {previous_cursor:?} {resources:?}")
}

/// How two whole resources (see [`crate::assemble`]) stand to each other by an attribute (RFC 7644 section
/// 3.4.2.3): text by its fold unless the attribute is exact, dates in time, a multi-valued attribute by its primary
/// or first value, resources without a value last. The caller reverses it for a descending order.
pub fn compare(
    registry: &Registry,
    resource_type: ResourceType,
    sort_by: &AttributePath,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
) -> std::cmp::Ordering {
    todo!("{registry:?} {resource_type} {sort_by} {left:?} {right:?}")
}

//! Resources as they arrive.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::member::Member;
use crate::schema::{Registry, ResourceType};

/// A resource a client sent, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// The resource in canonical form: names as the schemas write them, extensions as objects under their URN,
    /// no `schemas`, `id`, `meta`, `groups`, `members` or `password`, nothing null and nothing empty.
    pub document: Map<String, Value>,
    /// The members of a group; none if the body does not mention them.
    pub members: Option<Vec<Member>>,
    /// Attributes that no schema knows, and that were left out for it.
    pub ignored: Vec<String>,
}

/// Reads the body of a POST.
pub fn intake(
    registry: &Registry,
    resource_type: ResourceType,
    body: Map<String, Value>,
) -> Result<Intake, Error> {
    todo!("{registry:?} {resource_type} {body:?}")
}

/// Reads the body of a PUT.
pub fn replace(
    registry: &Registry,
    resource_type: ResourceType,
    current: &Map<String, Value>,
    body: Map<String, Value>,
) -> Result<Intake, Error> {
    todo!("{registry:?} {resource_type} {current:?} {body:?}")
}

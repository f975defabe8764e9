//! Which attributes an answer has.

use crate::error::Error;
use crate::schema::{Registry, ResourceType};

/// What the client wants to see (`attributes`, `excludedAttributes`; RFC 7644 section 3.9).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection;

impl Projection {
    /// Reads the two parameters.
    pub fn parse(
        registry: &Registry,
        resource_type: ResourceType,
        attributes: Option<&str>,
        excluded: Option<&str>,
    ) -> Result<Self, Error> {
        todo!("{registry:?} {resource_type} {attributes:?} {excluded:?}")
    }

    /// Whether any part of a core attribute is going to be shown.
    pub fn wants(&self, attribute: &str) -> bool {
        todo!("{attribute}")
    }

    /// Whether `attributes` names the core attribute, or a part of it.
    pub fn asked_for(&self, attribute: &str) -> bool {
        todo!("{attribute}")
    }
}

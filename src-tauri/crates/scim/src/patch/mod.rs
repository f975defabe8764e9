//! PATCH (RFC 7644 section 3.5.2).

use serde_json::{Map, Value};

use crate::error::Error;
use crate::filter::Filter;
use crate::member::Member;
use crate::schema::{Registry, ResourceType};

/// A PATCH request, understood: operations on the document and, apart from them, on the members of a group.
#[derive(Debug, Clone)]
pub struct Patch {
    members: Vec<MemberOp>,
}

/// What to do with the members of a group, in the order of the operations.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberOp {
    /// These become members too.
    Add(Vec<Member>),
    /// These, and only these, are members.
    Replace(Vec<Member>),
    /// The members with these ids leave; ids of strangers are no error. Never all members: `[]` removes nobody.
    Remove(Vec<String>),
    /// The members that meet the filter leave; its paths are relative to the member (`value`, `type`, `display`).
    RemoveWhere(Filter),
    /// All members leave.
    RemoveAll,
}

impl Patch {
    /// Reads the body of a PATCH request.
    pub fn parse(
        registry: &Registry,
        resource_type: ResourceType,
        body: &Map<String, Value>,
    ) -> Result<Self, Error> {
        todo!("{registry:?} {resource_type} {body:?}")
    }

    /// Applies the operations to a document, all or none.
    pub fn apply(&self, registry: &Registry, document: &mut Map<String, Value>) -> Result<(), Error> {
        todo!("{registry:?} {document:?}")
    }

    /// The operations on the members of a group.
    pub fn members(&self) -> &[MemberOp] {
        &self.members
    }
}

//! A PATCH request as a list of steps.

use super::change::Change;
use super::member_op::MemberOp;
use crate::filter::Filter;
use crate::ignored::Ignored;
use crate::schema::ResourceType;

/// A PATCH request, parsed and validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    pub(super) resource_type: ResourceType,
    pub(super) steps: Vec<PatchStep>,
    pub(super) members: Vec<MemberOp>,
    pub(super) ignored: Ignored,
}

/// One change to one attribute. An operation without a path becomes several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PatchStep {
    /// What the detail of a refusal begins with.
    pub(super) place: String,
    /// The extension the attribute is in.
    pub(super) schema: Option<String>,
    /// The attribute, written as the registry does.
    pub(super) attribute: String,
    /// Which elements.
    pub(super) filter: Option<Filter>,
    /// Which part.
    pub(super) sub: Option<String>,
    /// Whether an element that the filter describes is made where none is there.
    pub(super) creates: bool,
    pub(super) change: Change,
}

impl Patch {
    /// What the operations contain that cannot be stored, or that changes nothing.
    pub fn ignored(&self) -> &Ignored {
        &self.ignored
    }

    /// The operations on the members of a group, in order. They never touch the document.
    pub fn members(&self) -> &[MemberOp] {
        &self.members
    }

    /// How many changes of attributes it makes; an operation without a path may make several.
    pub fn changes(&self) -> usize {
        self.steps.len()
    }
}

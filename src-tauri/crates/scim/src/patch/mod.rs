//! PATCH (RFC 7644 section 3.5.2): operations on a document, and separately on the members of a group.
//!
//! [`Patch::parse`] checks all that needs no resource: paths, types, mutability. [`Patch::apply`] checks the rest: `noTarget`, immutable attributes that already have a value,
//! required attributes that would be removed, and a second primary value.

mod apply;
mod change;
mod elements;
mod parse;
mod path;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::filter::Filter;
use crate::ignored::Ignored;
use crate::member::Member;
use crate::schema::{Registry, ResourceType};
use crate::value::Parts;

/// How many operations a PATCH may have.
pub const MOST_OPERATIONS: usize = 1_000;
/// How many bytes a path may have.
pub const LONGEST_PATH: usize = 1024;

/// A PATCH request, parsed and validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    resource_type: ResourceType,
    steps: Vec<Step>,
    members: Vec<MemberOp>,
    ignored: Ignored,
}

/// What to do with the members of a group, in the order of the operations.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberOp {
    /// These become members in addition.
    Add(Vec<Member>),
    /// These, and only these, are members.
    Replace(Vec<Member>),
    /// The members with these ids leave; ids that are no members are no error. Never all members: `[]` removes none.
    /// See [`MemberOp::impossible_ids`] for texts that are no ids.
    Remove(Vec<String>),
    /// The members that meet the filter leave; its paths are relative to the member (`value`, `type`, `display`,
    /// `$ref`). See [`Filter::matches_element`].
    RemoveWhere(Filter),
    /// All members leave.
    RemoveAll,
}

impl MemberOp {
    /// The values of a removal that can never be ids ([`crate::is_id`]). A removal by such a value is valid only where
    /// old data has a member with it; otherwise the caller refuses it ([`crate::impossible_id`]).
    pub fn impossible_ids(&self) -> Vec<&str> {
        let named: Vec<&str> = match self {
            Self::Remove(ids) => ids.iter().map(String::as_str).collect(),
            Self::RemoveWhere(filter) => filter.compared_with("value"),
            Self::Add(_) | Self::Replace(_) | Self::RemoveAll => Vec::new(),
        };
        named.into_iter().filter(|text| !crate::is_id(text)).collect()
    }
}

/// One change to one attribute. An operation without a path becomes several.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    /// What the detail of a refusal begins with.
    place: String,
    /// The extension the attribute is in.
    schema: Option<String>,
    /// The attribute, written as the registry does.
    attribute: String,
    /// Which elements.
    filter: Option<Filter>,
    /// Which part.
    sub: Option<String>,
    /// Whether an element that the filter describes is made where none is there.
    creates: bool,
    change: Change,
}

/// What is done at the place of a step. Values are in canonical form; an operation whose value is unspecified
/// becomes no step.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    /// The value takes the place of what is there: a simple value, a part, or an element that is not complex.
    Set(Value),
    /// The parts named get their value, or lose the one they have; the others are left as they are.
    SetParts(Parts),
    /// Elements that a list gets besides those it has.
    AddElements(Vec<Value>),
    /// The elements of a list, and no others.
    SetElements(Vec<Value>),
    /// Removes what is there.
    Remove,
    /// Removes the elements that one of these (parts of elements) identifies.
    RemoveElements(Vec<Value>),
    /// Removes these parts.
    RemoveParts(Vec<String>),
}

impl Patch {
    /// Reads the body of a PATCH request (`PatchOp`).
    ///
    /// `op` is read without regard to case. `password` is accepted and dropped. Without a path, `id`, `schemas` and
    /// `meta` among the attributes of the value name the resource and are passed over; anything else that is
    /// readOnly is refused.
    ///
    /// A value may be unspecified (`{}`, an object whose parts are all readOnly or unknown) or empty (null, `""`,
    /// `[]`, `{"value": ""}`). The first changes nothing. The second removes what is there with `replace`, and
    /// changes nothing with `add`, which never removes anything. See [`Self::ignored`].
    ///
    /// # Errors
    /// 400 with `invalidSyntax` (not a `PatchOp`), `invalidPath` (an attribute no schema knows, with or without a
    /// path), `invalidFilter`, `invalidValue`, `mutability`, or `noTarget` (`remove` without a path); 413 beyond
    /// [`MOST_OPERATIONS`]. The detail begins with the number of the operation, from 1.
    pub fn parse(
        registry: &Registry,
        resource_type: ResourceType,
        body: &Map<String, Value>,
    ) -> Result<Self, Error> {
        parse::parse(registry, resource_type, body)
    }

    /// Applies the operations in order, all or none. A document that comes out equal was not changed: compare
    /// before moving `lastModified`. Elements that the operations made and left without a value (`primary` of an
    /// e-mail that is not there) are not stored; the result names their attributes.
    ///
    /// # Errors
    /// 400 with `noTarget`, `mutability` or `invalidValue`; the document is then as it was.
    pub fn apply(
        &self,
        registry: &Registry,
        document: &mut Map<String, Value>,
    ) -> Result<Vec<String>, Error> {
        let mut changed = document.clone();
        for step in &self.steps {
            apply::apply(registry, self.resource_type, step, &mut changed)
                .map_err(|error| error.within(&step.place))?;
        }
        let dropped =
            apply::drop_empty_elements(registry, self.resource_type, &self.steps, document, &mut changed);
        *document = changed;
        Ok(dropped)
    }

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

//! The operations on the members of a group.

use crate::filter::Filter;
use crate::id::is_id;
use crate::member::Member;

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
        named.into_iter().filter(|text| !is_id(text)).collect()
    }
}

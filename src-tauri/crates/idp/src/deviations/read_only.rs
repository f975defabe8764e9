//! `id` and its kin inside the value of an operation.
//!
//! Okta's rename of a group repeats the group's `id` (Okta docs), authentik patches with the whole group, `schemas`
//! and `id` included (its source). The RFC would have the whole request refused for it.

use scim::Attribute;
use scim::schema::Mutability;

use super::context::Context;
use crate::deviation::Deviation;

/// An attribute that only the server writes.
pub(crate) const IN_VALUE: Deviation = Deviation {
    code: "patch.read_only",
    title: "id, schemas or meta inside a value",
    senders: "Okta (renaming a group), authentik",
    source: "Okta docs, SCIM 2.0 reference; source of authentik",
    rule: "RFC 7644 section 3.5.2",
    answer: "Ignored; everything else was saved",
};

/// Whether the attribute is ignored in a value without a path.
pub(crate) fn skips(context: &mut Context<'_>, attribute: &Attribute) -> bool {
    if attribute.mutability != Mutability::ReadOnly {
        return false;
    }
    context.normalised(&IN_VALUE, &format!("sent {}, which is read-only; it was ignored.", attribute.name));
    true
}

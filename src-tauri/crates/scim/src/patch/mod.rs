//! PATCH (RFC 7644 section 3.5.2): operations on a document, and separately on the members of a group.
//!
//! [`Patch::parse`] checks all that needs no resource: paths, types, mutability. [`Patch::apply`] checks the rest:
//! `noTarget`, immutable attributes that already have a value, required attributes that would be removed, and a second
//! primary value.

mod apply;
mod change;
mod elements;
mod member_op;
mod parse;
mod parts;
mod path;
mod request;

pub use member_op::MemberOp;
pub use parse::{MOST_OPERATIONS, PATCH_URN};
pub use path::LONGEST_PATH;
pub use request::Patch;

//! Deviations: what clients do against the RFC, one subject a file, each with who does it and where that is documented.
//!
//! A file turns one wrong form into the right one and records it. It has three duties: a request in the RFC's form
//! passes unchanged; its result passes unchanged a second time; and a removal never removes more than the client named.
//!
//! The keys in the sources stand for: **Entra docs** Microsoft's provisioning documentation, **Entra validator**
//! captured runs of Microsoft's SCIM validator, **Okta docs** Okta's SCIM reference, **SCIM-SDK** the comments on
//! observed requests in the open source server of that name.
//!
//! To add one: write a file with a [`Deviation`](crate::Deviation) and a function on the operations or the body, list the
//! deviation in [`ALL`], and call the function from [`crate::normalise()`].

pub(crate) mod booleans;
mod catalogue;
pub(crate) mod context;
pub(crate) mod elements;
pub mod execution;
pub(crate) mod extensions;
pub(crate) mod filters;
pub(crate) mod flat_keys;
pub(crate) mod json_in_text;
pub(crate) mod manager;
pub(crate) mod members;
pub(crate) mod operation_names;
pub(crate) mod oversized_photos;
pub(crate) mod read_only;
pub(crate) mod removals;
pub(crate) mod scalars;
pub(crate) mod schema_groups;
pub(crate) mod schema_object;
pub(crate) mod schemas;
pub(crate) mod unknown_attributes;

pub use catalogue::{ALL, by_code};

//! Schemas as data: which attributes exist and what may be done with them (RFC 7643 sections 2, 7 and 8.7).

mod attribute;
mod definition;
mod enterprise;
mod group;
mod registry;
mod resource_type;
mod user;

pub use attribute::{Attribute, Mutability, Returned, Schema, Type, Uniqueness};
pub use registry::Registry;
pub use resource_type::{ENTERPRISE_USER_URN, ResourceType};

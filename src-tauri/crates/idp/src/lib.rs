//! What identity providers really send and how they are set up.
//!
//! **Invariant:** pure like `scim`: no IO, no async, no clock. What is known about a provider lives here as data or
//! as a function on values, each with the source it was learnt from.
//!
//! To add a provider's guide, write a file in [`providers`].

#![warn(missing_docs)]

pub mod guide;
mod provider;
pub mod providers;

pub use provider::Provider;
pub use providers::guide;

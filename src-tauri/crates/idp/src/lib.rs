//! What identity providers really send and how they are set up.

#![warn(missing_docs)]

pub mod guide;
mod provider;

pub use provider::Provider;

//! What identity providers really send and how they are set up.
//!
//! **Invariant:** pure like `scim`: no IO, no async, no clock. What is known about a provider lives here as data or
//! as a function on values, each with the source it was learnt from.
//!
//! The way of a request: [`read_authorization`] finds the token, [`normalise()`] brings the rest into the RFC's form,
//! and `scim` takes over. [`recognise()`] says what the exchange was, in words.
//!
//! How to add the next thing:
//!
//! * a guide: a file in [`providers`];
//! * something a client sends beside the RFC: a file in [`quirks`].

#![warn(missing_docs)]

pub mod auth;
mod filter_text;
pub mod guide;
pub mod normalise;
mod notes;
mod place;
mod provider;
pub mod providers;
mod query_text;
pub mod quirks;
pub mod reasons;
pub mod recognise;
pub mod rehearsal;

pub use auth::read_authorization;
pub use normalise::{Request, normalise};
pub use notes::Note;
pub use provider::Provider;
pub use providers::guide;
pub use recognise::{Recognition, recognise};

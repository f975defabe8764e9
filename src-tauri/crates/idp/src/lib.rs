//! What identity providers really send and how they are set up.
//!
//! **Invariant:** pure like `scim`: no IO, no async, no clock. What is known about a provider lives here as data or
//! as a function on values, each with its source.
//!
//! The way of a request: [`read_authorization`] finds the token, [`normalise()`] brings the rest into the RFC's form,
//! and `scim` takes over. [`recognise()`] describes the exchange in words.
//!
//! How to add the next thing:
//!
//! * a guide: a file in [`providers`];
//! * something that a client does against the RFC: a file in [`deviations`].

#![warn(missing_docs)]

pub mod authorization;
mod deviation;
pub mod deviations;
pub mod entra_log;
mod filter_tokens;
pub mod guide;
pub mod hidden;
mod incoming_request;
pub mod mapping;
pub mod masked;
mod normalisation;
pub mod normalise;
mod provider;
pub mod providers;
mod query_string;
pub mod reason_code;
mod reason_sentence;
pub mod reasons;
pub mod received;
pub mod received_in_bulk;
pub mod recognise;
mod refusal_facts;
pub mod rehearsal;
pub mod remedy;
mod resolved_path;
mod way_in;

pub use authorization::read_authorization;
pub use deviation::Deviation;
pub use incoming_request::IncomingRequest;
pub use normalisation::Normalisation;
pub use normalise::normalise;
pub use provider::Provider;
pub use providers::guide;
pub use reason_sentence::Situation;
pub use recognise::{Recognition, recognise};
pub use refusal_facts::RefusalFacts;
pub use way_in::WayIn;

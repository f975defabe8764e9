//! What identity providers really send, replayed against the server.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here runs inside tests, which fail by panicking"
)]

mod deviations_page;
mod healthy_week;
mod large_groups;
mod microsoft_gallery;
mod microsoft_validator;
mod okta_spec;
mod recognising;
mod rehearsing;
mod replay;
mod transcript;
mod transcripts;
mod values;
mod workspace;

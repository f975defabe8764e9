//! The SCIM server by the RFCs, without sockets: a workspace of its own for each test.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::similar_names,
    reason = "what stands beside a test fails like one, and words that are alike are the subject's own"
)]

mod access;
mod addresses;
mod alone;
mod anything;
mod bad_input;
mod bulk;
mod canaries;
mod committed;
mod conformance;
mod costs;
mod cursors;
mod deleting;
mod discovery;
mod empties;
mod endings;
mod examples;
mod extensions;
mod filtering;
mod first;
mod groups;
mod hosts;
mod incidents;
mod leftovers;
mod members;
mod memory;
mod near_misses;
mod openness;
mod overload;
mod pages;
mod password;
mod patching;
mod projection;
mod protocol;
mod raw;
mod resources;
mod said;
mod searching;
mod sizes;
mod slowness;
mod sockets;
mod throttling;
mod tokens;
mod versions;
mod wire;

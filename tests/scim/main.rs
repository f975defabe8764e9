//! The SCIM server by the RFCs, without sockets: a workspace of its own for each test.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::similar_names,
    reason = "what stands beside a test fails like one, and words that are alike are the subject's own"
)]

mod access;
mod address_spellings;
mod bad_input;
mod bare_server;
mod bulk;
mod canaries;
mod combinations;
mod committed;
mod conformance;
mod costs;
mod cursors;
mod deleting;
mod discovery;
mod empty_values;
mod examples;
mod exchange_endings;
mod extensions;
mod filtering;
mod framing;
mod groups;
mod host_names;
mod incidents;
mod life_of_a_person;
mod members;
mod memory;
mod near_misses;
mod open_discovery;
mod overload;
mod pages;
mod password;
mod patching;
mod projection;
mod protocol;
mod raw_socket;
mod requests;
mod resources;
mod searching;
mod sizes;
mod slow_clients;
mod sockets;
mod throttling;
mod tokens;
mod unread_bodies;
mod versions;

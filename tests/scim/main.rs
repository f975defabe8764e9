//! The SCIM server against the RFCs; each test has its own workspace.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::similar_names,
    reason = "a helper of a test fails like the test, and similar names are terms of the subject"
)]

mod access;
mod address_spellings;
mod addresses;
mod bad_input;
mod bare_server;
mod bulk;
mod canaries;
mod census;
mod combinations;
mod committed;
mod conformance;
mod corpus;
mod costs;
mod cursors;
mod deleting;
mod discovery;
mod empty_values;
mod examples;
mod exchange_endings;
mod exposed_tokens;
mod extensions;
mod filtering;
mod framing;
mod freshness;
mod groups;
mod handshakes;
mod host_names;
mod incidents;
#[cfg(debug_assertions)]
mod injected_panics;
mod injection;
mod life_of_a_person;
mod local_accounts;
mod members;
mod memory;
mod near_misses;
mod open_discovery;
mod openapi;
mod overload;
mod pages;
mod password;
mod patching;
mod projection;
mod protocol;
mod races;
mod raw_socket;
mod requests;
mod resources;
mod searching;
mod seeds;
mod simulation;
mod sizes;
mod slow_clients;
mod sockets;
mod step_times;
mod throttling;
mod trusted_proxies;
mod unread_bodies;
mod versions;

//! The SCIM server by the RFCs, without sockets: a workspace of its own for each test.

mod access;
mod addresses;
mod bulk;
mod cursors;
mod discovery;
mod filtering;
mod first;
mod groups;
mod incidents;
mod pages;
mod password;
mod patching;
mod projection;
mod protocol;
mod resources;
mod said;
mod searching;
mod throttling;
mod tokens;
mod versions;
mod wire;

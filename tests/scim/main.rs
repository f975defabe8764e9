//! The SCIM server by the RFCs, without sockets: a workspace of its own for each test.

mod discovery;
mod first;
mod password;
mod patching;
mod protocol;
mod resources;
mod said;
mod versions;

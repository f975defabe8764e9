//! The command table over HTTP for other processes of the same user.

pub(crate) mod listener;
pub(crate) mod routes;
pub(crate) mod ticket;

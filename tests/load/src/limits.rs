//! What this machine can do at most, measured in the same run.

pub(crate) mod http;
pub(crate) mod sqlite;

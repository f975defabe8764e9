//! Rehearsals: a simulated client plays its whole life against a connection.

pub(crate) mod run;
pub(crate) mod views;

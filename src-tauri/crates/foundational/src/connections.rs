//! Connections to identity providers: set-up, status, tokens, rules, pause, deletion.

pub(crate) mod connection;
pub(crate) mod deletion;
pub(crate) mod health;
pub(crate) mod pause;
pub(crate) mod progress;
pub(crate) mod rhythm;
pub(crate) mod rules;
pub(crate) mod rules_views;
pub(crate) mod status;
pub(crate) mod tokens;
pub(crate) mod views;

//! What a person can do.
pub mod commands;
pub mod error;
pub mod views;

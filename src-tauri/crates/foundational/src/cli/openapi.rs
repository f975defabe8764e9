//! `foundational openapi`.

use scim::Registry;
use server::ServerLimits;

use super::output::{Failure, line};

/// Prints the document with the standard schemas. Those that a workspace adds are in its `/Schemas`.
pub(super) fn print() -> Result<(), Failure> {
    line(&format!("{:#}", server::openapi(&Registry::standard(), &ServerLimits::default())))
}

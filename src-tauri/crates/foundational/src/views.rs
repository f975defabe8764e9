//! The shapes that cross the command table: arguments in, views out. TypeScript types are generated from them.

mod account;
mod connection;
mod directory;
mod interop;

pub use account::*;
pub use connection::*;
pub use directory::*;
pub use interop::*;

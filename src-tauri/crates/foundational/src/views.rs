//! The shapes that cross the command table: arguments in, views out. TypeScript types are generated from them.

mod about;
mod account;
mod backup;
mod connection;
mod data;
mod directory;
mod home;
mod hosts;
mod interop;
mod notices;
mod people;
mod protocol;
mod rehearsal;
mod remedy;
mod rules;
mod security;

pub use about::*;
pub use account::*;
pub use backup::*;
pub use connection::*;
pub use data::*;
pub use directory::*;
pub use home::*;
pub use hosts::*;
pub use interop::*;
pub use notices::*;
pub use people::*;
pub use protocol::*;
pub use rehearsal::*;
pub use remedy::*;
pub use rules::*;
pub use security::*;

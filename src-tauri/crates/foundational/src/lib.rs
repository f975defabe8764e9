//! What a person can do with Foundational: accounts, connections, tokens, the wizard's progress, people and groups,
//! activity, exposure. Hosts (the desktop shell, the headless binary, tests) open it and carry calls and events.
//!
//! **Invariant**: it knows no Tauri. Every command passes the one table in `commands.rs`, which checks the role before
//! anything else. Events follow commits.
//!
//! How to add the next thing: a method in the file of its subject, its shapes in `views/`, a line in `commands.rs`.

mod access;
mod app;
mod bridge;
pub mod cli;
pub mod commands;
mod connections;
mod data;
mod desktop;
mod diagnosis;
pub mod error;
mod groups;
mod history;
mod home;
mod http;
mod people;
mod private_file;
mod rehearsal;
mod server;
mod spreadsheet;
pub mod views;

pub use access::remembered_session::{FileKeychain, Keychain, Place};
pub use access::sessions::Caller;
pub use app::open::{DEFAULT_LISTEN, Foundational, OpenError, Options, default_data_folder};
pub use bridge::http::Ticket;
pub use desktop::notifications::Notice;
pub use desktop::second_start::{Reply, SecondStart, WindowRequest, ask_running};
pub use desktop::unexpected_end::left_behind;

//! What a person can do with Foundational: accounts, connections, tokens, the wizard's progress, people and groups,
//! activity, exposure. Hosts (the desktop shell, the headless binary, tests) open it and carry calls and events.
//!
//! **Invariant**: it knows no Tauri. Every command passes the one table in `commands.rs`, which checks the role before
//! anything else. Events follow commits.
//!
//! How to add the next thing: a method and its shapes in the room of its subject, a line in `commands.rs`. The rooms use
//! `context.rs`, the table uses the rooms, `app.rs` uses all of them.

mod access;
mod app;
mod bridge;
pub mod cli;
pub mod commands;
mod connections;
mod context;
mod data;
mod desktop;
mod detached;
mod diagnosis;
pub mod error;
mod event;
pub mod file_mask;
mod groups;
mod history;
mod home;
mod input_rules;
mod leavers;
mod limits;
mod mail_address;
mod monitoring;
mod people;
mod random;
mod rehearsal;
mod server;
mod settings;
mod shapes;
mod shell;
mod spreadsheet;
mod steps;
pub mod views;
mod words;

pub use access::Access;
pub use access::actor::Caller;
pub use access::keychain::{FileKeychain, Keychain, SecretPlace};
pub use app::Foundational;
pub use app::housekeeping::Housekeeping;
pub use app::options::{OpenError, Options, default_data_folder, variable_with_value};
pub use bridge::ticket::Ticket;
pub use data::Data;
pub use desktop::Desktop;
pub use desktop::notifications::Notification;
pub use desktop::second_start::{Reply, ask_running};
pub use desktop::unexpected_end::left_behind;
pub use desktop::window_request::{SecondStart, WindowRequest};
pub use monitoring::Monitoring;
pub use monitoring::monitoring_server::MonitoringServer;
pub use server::exposure::DEFAULT_LISTEN;
pub use store::private_file;

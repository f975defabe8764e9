//! What a person can do with Foundational: accounts, connections, tokens, the wizard's progress, people and groups,
//! activity, exposure. Hosts (the desktop shell, the headless binary, tests) open it and carry calls and events.
//!
//! **Invariant**: it knows no Tauri. Every command passes the one table in `commands.rs`, which checks the role before
//! anything else. Events follow commits.
//!
//! How to add the next thing: a method in the file of its subject, its shapes in `views/`, a line in `commands.rs`.

mod about;
mod accounts;
mod activity;
mod address_check;
mod app;
mod awake;
mod backups;
mod bridge;
mod certificate;
pub mod cli;
pub mod commands;
mod common_password;
mod connections;
mod crash;
mod crowd;
mod deletions;
mod directory;
mod doctor;
pub mod error;
mod events;
mod export;
mod export_groups;
mod exposure;
mod health;
mod history;
mod home;
mod hosts;
mod housekeeping;
mod http;
mod interop;
mod kept;
mod keychain;
mod notices;
mod password;
mod pauses;
mod people;
mod person;
mod port_change;
mod port_holder;
mod private_file;
mod profile;
mod progress;
mod protocol;
mod reach;
mod rehearse;
mod remedy;
mod restore;
mod rhythm;
mod rules;
mod safekeeping;
mod second_start;
mod security;
mod sessions;
mod sleep;
mod spreadsheet;
mod status;
mod summary;
mod timekeeping;
mod tokens;
pub mod views;

pub use app::{DEFAULT_LISTEN, Foundational, OpenError, Options, default_data_folder};
pub use bridge::Ticket;
pub use crash::left_behind;
pub use keychain::{FileKeychain, Keychain, Place};
pub use notices::Notice;
pub use second_start::{Reply, SecondStart, WindowRequest, ask_running};
pub use sessions::Caller;

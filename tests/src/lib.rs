//! What the suites share: the built programs, a display and a driver to use the app through its window, and
//! SCIM clients that were not written here.
//!
//! **Invariant**: a test has everything of its own (folder, display, ports, processes) and leaves nothing
//! behind, whichever way it ends. It waits for conditions, each with an end, and never for time to pass.
//!
//! A new suite is a folder with a `main.rs`, named as a `[[test]]` in `Cargo.toml`.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "everything here runs inside tests, which tell by panicking what went wrong"
)]

mod api;
mod app;
mod bus;
mod clipboard;
mod dialog;
mod display;
mod documented;
mod driver;
mod empty_workspace;
mod forged;
mod frames;
mod headless;
mod json_schema;
mod keys;
mod kill_on_drop;
mod logind;
mod noise;
mod notifications;
mod page;
mod paths;
mod pebble;
mod picture;
mod pointer;
mod ports;
mod process;
mod proxy;
mod random;
mod rounds;
mod rules;
mod schemathesis;
mod scim_cli;
mod scim_sanity;
mod tls;
mod usage;
mod wait;

pub use api::{Api, Reply};
pub use app::{Launch, TestApp, launch};
pub use bus::{Bus, Panel};
pub use display::Manager;
pub use documented::Documented;
pub use empty_workspace::empty_workspace;
pub use forged::{never_made, with_another_secret};
pub use frames::{Area, Frames, SCREEN};
pub use headless::Headless;
pub use keys::{BACKSPACE, DOWN, ENTER, ESCAPE, LEFT, RIGHT, TAB, UP};
pub use kill_on_drop::{KillOnDrop, program_on};
pub use logind::Logind;
pub use noise::noise;
pub use notifications::Notifications;
pub use page::Page;
pub use paths::{built as program, is_release, project, screenshots};
pub use pebble::Pebble;
pub use pointer::Pointer;
pub use ports::{free_address, free_ports};
pub use proxy::Proxy;
pub use random::{Random, number};
pub use rounds::Rounds;
pub use schemathesis::{SchemathesisRun, schemathesis};
pub use scim_cli::{Answer, Finding, Scim2Cli};
pub use scim_sanity::scim_sanity;
pub use tls::{get_over, secured, secured_as, secured_at};
pub use wait::{until, until_within};

//! What a person can do: the command table as windows call it, and the command line as a shell calls it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod backups;
mod certificates;
mod clock;
mod command_line;
mod connections;
mod crowd;
mod deletions;
mod exposure;
mod former;
mod health;
mod last_change;
mod notices;
mod outside;
mod passwords;
mod people;
mod person;
mod profile;
mod reached;
mod refused;
mod remedies;
mod retention;
mod rules;
mod setups;
mod states;
mod supervision;
mod tokens;
mod windows;

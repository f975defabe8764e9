//! What a person can do: the command table as windows call it, and the command line as a shell calls it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account_choices;
mod accounts;
mod activity;
mod audit;
mod audit_entries;
mod backups;
mod bulk;
mod certificates;
mod clock;
mod command_line;
mod connections;
mod deletions;
mod file_check;
mod findings;
mod findings_history;
mod health;
mod last_change;
mod leavers;
mod listen_and_public_url;
mod mapping;
mod mapping_cost;
mod mass_change;
mod notifications;
mod panics;
mod passwords;
mod people;
mod person;
mod previous_people;
mod profile;
mod reachability;
mod refused_requests;
mod remedies;
mod retention;
mod rules;
mod setups;
mod status;
mod support;
mod tokens;
mod tray_and_about;
mod undo;
mod why;
mod windows;

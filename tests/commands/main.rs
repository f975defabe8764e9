//! What a person can do: the command table as windows call it, and the command line as a shell calls it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account_choices;
mod accounts;
mod acme;
mod activity;
mod any_arguments;
mod audit;
mod audit_entries;
mod backups;
mod brake;
mod bridge;
mod bulk;
mod certificate_choice;
mod certificates;
mod clock;
mod command_line;
mod confirmed;
mod connections;
mod deletions;
#[cfg(target_os = "linux")]
mod fake_systemd;
mod file_check;
mod findings;
mod findings_address;
mod findings_attributes;
mod findings_bulk;
mod findings_certificate;
#[cfg(debug_assertions)]
mod findings_disk;
mod findings_duplicates;
mod findings_files;
mod findings_history;
mod findings_log;
mod findings_members;
mod findings_writes;
mod findings_wrong_secrets;
mod health;
mod held_removals;
mod holding;
mod https;
#[cfg(debug_assertions)]
mod injected_panics;
mod last_change;
mod leavers;
mod let_through;
mod listen_and_public_url;
mod mapping;
mod mapping_cost;
mod mass_change;
mod monitoring;
mod moving;
mod notifications;
mod observe_first;
mod observing;
mod own_certificate;
mod panics;
mod passwords;
mod people;
mod person;
mod previous_people;
mod private_authority;
mod profile;
mod proxies;
mod reachability;
mod refused_requests;
mod remedies;
mod retention;
mod rules;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod service_unit;
mod setups;
mod status;
mod support;
mod tokens;
mod tray_and_about;
mod undo;
mod ways_in;
mod why;
mod window_rights;
mod windows;

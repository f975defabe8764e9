//! The built app in a real window, used through `WebDriver` as a person uses it.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and figures are printed"
)]

mod backups;
mod clipboard;
mod connecting;
mod ending;
mod figures;
mod findings;
mod guides;
mod keyboard;
mod keyboard_setup;
mod large;
mod log;
mod main_job;
mod members;
mod newcomer;
mod notifications;
mod outside;
mod people;
mod player;
mod pressing;
mod refusals;
mod retiring;
mod rotation;
mod saving;
mod screens;
mod second_start;
mod secrets;
mod steps;
mod wizards;

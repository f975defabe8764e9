//! The desktop app.

// A release on Windows opens no console beside its window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    foundational::file_mask::make_private();
    foundational_desktop::run()
}

//! Names the window's commands, so that each needs a permission in `capabilities/`. Without the list, every
//! registered command would be open to every local page.

const COMMANDS: &[&str] = &[
    "call",
    "choose_backup",
    "choose_backup_folder",
    "choose_move",
    "close_window",
    "desktop",
    "heard",
    "is_awake",
    "keep_awake",
    "notifications_work",
    "offer",
    "open_logs",
    "open_page",
    "painted",
    "put_away_window",
    "quit",
    "ready",
    "save_bytes",
    "save_text",
    "set_at_login",
    "show_window",
    "try_again",
    "try_notification",
    "zoom",
];

fn main() {
    let commands = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

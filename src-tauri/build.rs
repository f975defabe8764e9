//! Names the window's commands, so that each needs a permission in `capabilities/`. Without the list, every
//! registered command would be open to every local page.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call", "ready", "painted", "save_text"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

//! The desktop shell: one window around [`foundational`]. It carries commands from the page to the core and events
//! from the core to the page.
//!
//! **Invariant**: no business rule lives here. The page can ask for nothing but what `capabilities/main.json` names.
//!
//! How to add the next thing: a command of the product goes into `foundational`'s table and needs nothing here. What
//! only a desktop can do (a tray, a menu) gets a file of its own.

mod arguments;
mod call;
mod ending;
mod events;
mod keychain;
mod opening;
mod save;
mod window;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use tauri::{Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;

use crate::arguments::Arguments;
use crate::ending::Ending;
use crate::opening::Opening;

/// Opens the window and runs until the app ends.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn".into()),
        )
        .init();

    let mut builder = tauri::Builder::default();
    // A second launch shows the first one's window, unless it names a folder of its own. The plugin comes first, so
    // that the second launch ends before it opens anything.
    if arguments.is_plain() {
        builder =
            builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::focus(app)));
    }
    let places = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let built = builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(places).build())
        .manage(Opening::default())
        .manage(Ending::default())
        .invoke_handler(tauri::generate_handler![call::call, save::save_text, window::ready, window::painted])
        .setup(move |app| {
            opening::begin(app.handle(), arguments.options());
            ending::on_signals(app.handle());
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            opening::say(&format!("The window cannot be opened: {error}"), "");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| {
        if let RunEvent::ExitRequested { code, api, .. } = event {
            // The last window was closed, or somebody asked to quit: first the core ends, then the app.
            if !app.state::<Ending>().is_done() {
                api.prevent_exit();
                ending::begin(app, code.unwrap_or(0));
            }
        }
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

//! The desktop shell: one window around [`foundational`], its tray and its menu. It carries commands from the page to
//! the core, events from the core to the page, and what is chosen outside the page to the page.
//!
//! **Invariant**: no business rule lives here, and no name of an action: the page has the one list of them and says
//! what the tray and the menu show. The page can ask for nothing but what `capabilities/main.json` names.
//!
//! How to add the next thing: a command of the product goes into `foundational`'s table and needs nothing here. What
//! only a desktop can do gets a file of its own.

mod action;
mod arguments;
mod call;
mod choose_backup;
mod close;
mod crash;
mod desktop;
mod drawing;
mod events;
mod keep_awake;
mod keychain;
mod links;
mod log;
mod menu;
mod notifications;
mod offer;
mod opener;
mod page_request;
mod quit;
mod save_file;
mod second_start;
mod start;
mod start_at_sign_in;
mod terminal;
mod tray;
mod window;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;
use tauri::{AppHandle, Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;

use crate::arguments::Arguments;
use crate::keep_awake::Awake;
use crate::links::Links;
use crate::notifications::Notifications;
use crate::page_request::PageRequests;
use crate::quit::Quitting;
use crate::start_at_sign_in::Plain;
use crate::tray::Tray;
use crate::window::{Hidden, TrayShown};
use crate::workspace::Workspace;

/// Opens the window and runs until the app ends.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    drawing::choose();
    log::begin();
    if second_start::is_done_by_another(&arguments) {
        return ExitCode::SUCCESS;
    }
    crash::watch();

    let mut builder = tauri::Builder::default();
    // The bus also reaches an app whose data folder cannot be opened. The plugin comes first, so that the second start
    // ends before it opens anything.
    if arguments.is_plain() {
        let launched =
            |app: &AppHandle, arguments: Vec<String>, _folder| second_start::launched_with(app, &arguments);
        builder = builder.plugin(tauri_plugin_single_instance::init(launched));
    }
    #[cfg(not(target_os = "linux"))]
    {
        builder = builder.plugin(tauri_plugin_notification::init());
    }
    let places = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let built = builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(places).build())
        .manage(Workspace::of(arguments.options(), arguments.start()))
        .manage(Hidden::at_start(arguments.hidden))
        .manage(Plain(arguments.is_plain()))
        .manage(PageRequests::default())
        .manage(Awake::default())
        .manage(Quitting::default())
        .manage(Links::default())
        .manage(Notifications::default())
        .manage(Tray::default())
        .manage(TrayShown::default())
        .invoke_handler(tauri::generate_handler![
            page_request::heard,
            start_at_sign_in::set_at_login,
            keep_awake::is_awake,
            keep_awake::keep_awake,
            call::call,
            choose_backup::choose_backup,
            choose_backup::choose_backup_folder,
            choose_backup::choose_move,
            desktop::desktop,
            desktop::open_logs,
            desktop::open_page,
            quit::quit,
            notifications::notifications_work,
            notifications::try_notification,
            offer::offer,
            start::try_again,
            save_file::save_bytes,
            save_file::save_text,
            close::close_window,
            window::painted,
            window::put_away_window,
            window::ready,
            window::show_window,
            window::zoom,
        ])
        .on_window_event(close::on_event)
        .setup(move |app| {
            start::begin(app.handle());
            quit::on_signals(app.handle());
            menu::listen(app.handle());
            if let Some(address) = arguments.link {
                links::open(app.handle(), address);
            }
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            terminal::say(&format!("The window cannot be opened: {error}"), "");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| match event {
        // A request to quit that did not go through the page: first the core ends, then the app.
        RunEvent::ExitRequested { code, api, .. } if !app.state::<Quitting>().is_done() => {
            api.prevent_exit();
            quit::begin(app, code.unwrap_or(0));
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::focus(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for address in urls {
                links::open(app, address.into());
            }
        }
        _ => {}
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

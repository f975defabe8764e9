//! The menu bar of macOS. On Windows and Linux the same actions are in the page (avatar menu, Commands, keys): a bar of
//! the system's own inside the window follows another theme than the page does, and its keys come before the page's.

use serde::Deserialize;
use tauri::AppHandle;
use tauri::menu::{Menu, MenuBuilder, MenuItem, Submenu, SubmenuBuilder};
use ts_rs::TS;

use crate::action::Item;
use crate::page_request::choose;

/// One menu of the menu bar, as the page offers it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct MenuOffer {
    pub(crate) title: String,
    /// Parts, with a line between them.
    pub(crate) parts: Vec<Vec<Item>>,
}

/// Shows these menus, and between them those that every app of the system has.
pub(crate) fn install(app: &AppHandle, menus: &[MenuOffer]) -> tauri::Result<()> {
    if !cfg!(target_os = "macos") {
        return Ok(());
    }
    app.set_menu(bar(app, menus)?)?;
    Ok(())
}

/// Passes what is chosen there to the page.
pub(crate) fn listen(app: &AppHandle) {
    if cfg!(target_os = "macos") {
        app.on_menu_event(|app, event| choose(app, event.id().as_ref()));
    }
}

/// The first menu that is offered is the app's own; Edit comes after the second, Window before the last.
fn bar(app: &AppHandle, menus: &[MenuOffer]) -> tauri::Result<Menu<tauri::Wry>> {
    let mut bar = MenuBuilder::new(app);
    let last = menus.len().saturating_sub(1);
    for (at, menu) in menus.iter().enumerate() {
        if at == last {
            bar = bar.item(&window_menu(app)?);
        }
        bar = bar.item(&offered(app, menu)?);
        if at == 1 {
            bar = bar.item(&edit_menu(app)?);
        }
    }
    bar.build()
}

fn offered(app: &AppHandle, menu: &MenuOffer) -> tauri::Result<Submenu<tauri::Wry>> {
    let mut submenu = SubmenuBuilder::new(app, &menu.title);
    for (at, part) in menu.parts.iter().enumerate() {
        if at > 0 {
            submenu = submenu.separator();
        }
        for item in part {
            let item = MenuItem::with_id(app, &item.id, &item.label, item.enabled, item.keys.as_deref())?;
            submenu = submenu.item(&item);
        }
    }
    submenu.build()
}

fn edit_menu(app: &AppHandle) -> tauri::Result<Submenu<tauri::Wry>> {
    let edit = SubmenuBuilder::new(app, "Edit").undo().redo().separator();
    edit.cut().copy().paste().select_all().build()
}

fn window_menu(app: &AppHandle) -> tauri::Result<Submenu<tauri::Wry>> {
    SubmenuBuilder::new(app, "Window").minimize().maximize().separator().fullscreen().build()
}

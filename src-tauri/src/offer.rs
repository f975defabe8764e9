//! What the page offers outside of itself: the tray and, where the system has one, the menu bar. The page has the one
//! list of actions, with their words and keys; the shell draws it and says what was chosen.

use serde::Deserialize;
use tauri::{AppHandle, Manager as _};
use ts_rs::TS;

use crate::asks::{Ask, ask};
use crate::menu;
use crate::tray::Tray;

/// Everything at once; the next one takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct Offer {
    pub(crate) menus: Vec<MenuOffer>,
    pub(crate) tray: TrayOffer,
}

/// One menu of the menu bar.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct MenuOffer {
    pub(crate) title: String,
    /// Parts, with a line between them.
    pub(crate) parts: Vec<Vec<Item>>,
}

/// The tray's icon and menu.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct TrayOffer {
    pub(crate) mark: Mark,
    /// How things stand, in a few words. It is the first line of the menu.
    pub(crate) line: String,
    pub(crate) parts: Vec<Vec<Item>>,
}

/// What the tray's icon says, by its shape as well as by its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum Mark {
    /// Solid.
    Serving,
    /// Hollow.
    Paused,
    /// Solid, with a notch.
    Problem,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) label: String,
    /// As `CmdOrCtrl+N`.
    pub(crate) keys: Option<String>,
    pub(crate) enabled: bool,
}

/// Shows the offer.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn offer(app: AppHandle, offer: Offer) {
    if let Err(error) = menu::install(&app, &offer.menus) {
        tracing::warn!(%error, "the menu bar cannot be made");
    }
    app.state::<Tray>().offer(&app, &offer.tray);
}

/// An item was chosen.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    ask(app, Ask::Action { id: id.to_owned() });
}

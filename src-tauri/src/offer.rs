//! What the page offers outside of itself: the tray and, where the system has one, the menu bar. The page has the one
//! list of actions, with their words and keys; the shell draws it and says what was chosen.

use serde::Deserialize;
use tauri::{AppHandle, Manager as _};
use ts_rs::TS;

use crate::menu::{self, MenuOffer};
use crate::tray::{Tray, TrayOffer};

/// All of it; the next offer replaces this one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct Offer {
    pub(crate) menus: Vec<MenuOffer>,
    pub(crate) tray: TrayOffer,
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

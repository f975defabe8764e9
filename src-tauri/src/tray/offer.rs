//! What the page wants the tray to show.

use serde::Deserialize;
use ts_rs::TS;

use crate::action::Item;

/// The tray's icon and menu, as the page offers them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct TrayOffer {
    pub(crate) mark: Mark,
    /// The state of the server in a few words: the first line of the menu.
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

//! One action of the page as the tray and the menu bar show it. The page has the one list of actions.

use serde::Deserialize;
use ts_rs::TS;

/// An entry of a menu.
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

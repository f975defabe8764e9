//! Whether and how the app starts at sign-in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The argument of a launch without the window.
pub(super) const HIDDEN: &str = "--hidden";

/// Two settings of their own: the second says something only when the first is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct AtLogin {
    pub(crate) starts: bool,
    pub(crate) hidden: bool,
}

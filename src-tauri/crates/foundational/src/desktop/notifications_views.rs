//! What the UI sees of the notifications of the operating system.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Of what the operating system tells.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct NotificationRules {
    /// A token ends in 7 days or 1 day.
    pub token_expiring: bool,
    /// A token has ended.
    pub token_expired: bool,
    /// A connection that worked is refused again and again, or works again.
    pub failing: bool,
    /// The public address has not led here for ten minutes.
    pub not_reachable: bool,
    /// A provider has missed its usual times.
    pub quiet: bool,
}

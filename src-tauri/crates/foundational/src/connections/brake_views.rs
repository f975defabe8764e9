//! What a connection does about a mass change.

use serde::{Deserialize, Serialize};
use store::BrakeMode;
use ts_rs::TS;

/// What a connection does when its client takes access or memberships from many people in a short time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionBrake {
    pub mode: BrakeMode,
    /// With fewer people a share is no mass change.
    pub least: u64,
    /// So many people within an hour are one.
    pub people: u64,
    /// So many percent of those who had access at its start, within an hour.
    pub percent_hour: u64,
    /// So many percent of those who had access at its start, within a day.
    pub percent_day: u64,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetBrake {
    pub id: String,
    pub brake: ConnectionBrake,
}

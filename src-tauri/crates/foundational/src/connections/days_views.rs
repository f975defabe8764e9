//! The last days of a connection.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::shapes::SleepIntervalView;

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ConnectionDays {
    pub id: String,
    /// When each day begins where the caller is, oldest first; the last one goes on until now.
    #[ts(type = "string[]")]
    pub starts: Vec<Timestamp>,
}

/// The last days of a connection.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DaysView {
    pub days: Vec<DayBar>,
    /// When this computer slept in that time.
    pub sleep_intervals: Vec<SleepIntervalView>,
}

/// The requests of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DayBar {
    #[ts(type = "string")]
    pub from: Timestamp,
    pub ok: u64,
    pub refused: u64,
    pub failed: u64,
}

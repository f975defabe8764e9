//! Shapes that several subjects use.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No arguments.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Nothing {}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ById {
    pub id: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ListPlace {
    /// The row, counted from 0; `null`: the list is empty.
    pub index: Option<u64>,
    /// Its name, or userName where the list is ordered by it.
    pub name: String,
    /// It begins with the letters; otherwise it is the next one, or the last.
    pub begins: bool,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ListQuery {
    /// Part of a name, userName, e-mail or externalId.
    pub search: Option<String>,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}

/// How long ago at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Within {
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl Within {
    pub(crate) const fn length(self) -> Duration {
        Duration::from_hours(match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ExportFormat {
    Csv,
    Json,
}

/// A file that was made and is to be saved.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExportFile {
    /// `users-2026-11-24.csv`.
    pub name: String,
    pub text: String,
    /// How many people, groups, audit entries, requests or certificates it has.
    pub count: u64,
}

/// A time in which nothing could be answered.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SleepIntervalView {
    #[ts(type = "string")]
    pub from: Timestamp,
    #[ts(type = "string")]
    pub until: Timestamp,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Source {
    pub connection_id: String,
    pub name: String,
    pub provider: idp::Provider,
}

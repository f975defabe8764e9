//! The brake of a connection: what is done when its client takes access or memberships from many people in a short time.
//!
//! *Notify* lets it happen, and a finding says so. *Hold* refuses the removal that would pass the thresholds and every one
//! after it, until an Admin answers. `decide.rs` is the one place that decides, inside the transaction of the write; a refused
//! write leaves nothing but its held removals.

mod answer;
mod apply;
mod decide;
mod held;
mod removal;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

pub(crate) use apply::end_applying;
pub use held::{HeldRemoval, HeldRemovals};
pub(crate) use removal::Removal;

use crate::clock::from_millis;
use crate::sql_values::unsigned;

/// How long removals are held without an answer before the connection is paused.
pub const UNANSWERED: Duration = Duration::from_hours(24);

scim::words! {
    /// What a connection does about a mass change.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "lowercase")]
    #[ts(export)]
    pub enum BrakeMode {
        /// It happens, and is a finding.
        #[default]
        Notify = "notify",
        /// Further removals are refused until an Admin answers.
        Hold = "hold",
    }
}

/// From how many people on it is a mass change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// With fewer people a share is none.
    pub least: u64,
    /// So many people within an hour.
    pub people: u64,
    /// So many percent of those who had access at its start, within an hour.
    pub percent_hour: u64,
    /// So many percent of those who had access at its start, within a day.
    pub percent_day: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { least: 10, people: 200, percent_hour: 20, percent_day: 30 }
    }
}

impl Thresholds {
    /// Whether so many people of so many before are a mass change within an hour.
    pub const fn is_mass_in_an_hour(&self, people: u64, before: u64) -> bool {
        people >= self.people || (people >= self.least && people * 100 >= before * self.percent_hour)
    }

    /// Whether they are one within a day.
    pub const fn is_mass_in_a_day(&self, people: u64, before: u64) -> bool {
        people >= self.least && people * 100 >= before * self.percent_day
    }
}

/// The brake as an Admin has set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brake {
    /// What is done about a mass change.
    pub mode: BrakeMode,
    /// From how many people on it is one.
    pub thresholds: Thresholds,
    /// Removals up to this time are not counted: an Admin has decided about them.
    pub counted_from: Option<Timestamp>,
}

impl FromRow<'_, SqliteRow> for Brake {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let number = |name| row.try_get::<i64, _>(name).map(unsigned);
        Ok(Self {
            mode: mode_of(row)?,
            thresholds: Thresholds {
                least: number("mass_least")?,
                people: number("mass_people")?,
                percent_hour: number("mass_percent_hour")?,
                percent_day: number("mass_percent_day")?,
            },
            counted_from: row.try_get::<Option<i64>, _>("removals_counted_from")?.map(from_millis),
        })
    }
}

/// The mode of a connection's row.
pub(crate) fn mode_of(row: &SqliteRow) -> Result<BrakeMode, sqlx::Error> {
    let is_hold = row.try_get::<String, _>("brake_mode")? == BrakeMode::Hold.as_str();
    Ok(if is_hold { BrakeMode::Hold } else { BrakeMode::Notify })
}

/// What an Admin answers to held removals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum HoldAnswer {
    /// Those that are held are done as soon as they arrive again; others are counted from then on.
    LetThrough,
    /// Every removal is refused until the hold ends.
    KeepRefusing,
}

/// That removals of a connection were held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// When the first one was refused.
    pub since: Timestamp,
    /// When the connection is paused unless an Admin answers.
    pub pauses_at: Option<Timestamp>,
    /// The answer, when it was given, and the name of who gave it.
    pub answer: Option<(HoldAnswer, Timestamp, String)>,
}

impl Hold {
    /// Whether removals are refused now.
    pub const fn is_refusing(&self) -> bool {
        !matches!(self.answer, Some((HoldAnswer::LetThrough, ..)))
    }
}

/// The hold of a connection's row, if there is one.
pub(crate) fn hold_of(row: &SqliteRow) -> Result<Option<Hold>, sqlx::Error> {
    let time = |name| row.try_get::<Option<i64>, _>(name).map(|at| at.map(from_millis));
    let Some(since) = time("hold_since")? else { return Ok(None) };
    let answer = match row.try_get::<Option<String>, _>("hold_answer")?.as_deref() {
        Some("through") => Some(HoldAnswer::LetThrough),
        Some(_) => Some(HoldAnswer::KeepRefusing),
        None => None,
    };
    let by: Option<String> = row.try_get("hold_answered_by")?;
    let answer =
        answer.zip(time("hold_answered_at")?).map(|(answer, at)| (answer, at, by.unwrap_or_default()));
    Ok(Some(Hold { since, pauses_at: time("hold_pauses_at")?, answer }))
}

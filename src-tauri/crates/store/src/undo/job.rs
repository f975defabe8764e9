//! An undo that was decided, and its steps, as they are read.

use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::{UndoAct, UndoObstacle, UndoSelection};
use crate::clock::from_millis;
use crate::sql_values::{signed, unsigned};
use crate::{Error, Store};

/// How far an undo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum UndoState {
    /// Steps are left.
    Running,
    /// None is left.
    Done,
}

/// An undo that was decided.
#[derive(Clone, Debug)]
pub struct UndoJob {
    /// The undo's id.
    pub id: String,
    /// When it was decided.
    pub at: Timestamp,
    /// The person here who decided it.
    pub actor: Option<String>,
    /// That person's name at the time, or what stands for it.
    pub actor_name: String,
    /// Which changes.
    pub selection: UndoSelection,
    /// The newest change that the preview saw.
    pub(super) seen: i64,
    /// Members of the Admin group return, too.
    pub(super) admins: bool,
    /// How far it is.
    pub state: UndoState,
    /// When its last step was taken.
    pub ended_at: Option<Timestamp>,
    /// How many steps it has.
    pub total: u64,
    /// How many of them were taken.
    pub done: u64,
    /// How many were not, for a reason.
    pub skipped: u64,
}

macro_rules! jobs {
    ($which:literal) => {
        concat!(
            "SELECT u.*, count(s.number) AS total, count(s.number) FILTER (WHERE s.outcome = 'done') AS done,
                 count(s.number) FILTER (WHERE s.outcome <> 'done') AS skipped
             FROM undo u LEFT JOIN undo_step s ON s.undo_id = u.id WHERE ",
            $which
        )
    };
}

impl FromRow<'_, SqliteRow> for UndoJob {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let selection: String = row.try_get("selection")?;
        let count = |name| row.try_get::<i64, _>(name).map(unsigned);
        Ok(Self {
            id: row.try_get("id")?,
            at: from_millis(row.try_get("at")?),
            actor: row.try_get("actor")?,
            actor_name: row.try_get("actor_name")?,
            selection: serde_json::from_str(&selection)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            seen: row.try_get("seen")?,
            admins: row.try_get("admins")?,
            state: if row.try_get::<String, _>("state")? == "done" {
                UndoState::Done
            } else {
                UndoState::Running
            },
            ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(from_millis),
            total: count("total")?,
            done: count("done")?,
            skipped: count("skipped")?,
        })
    }
}

/// A step of a job with its outcome.
#[derive(Clone, Debug)]
pub struct UndoStepRow {
    /// What it does.
    pub act: UndoAct,
    /// It is about a group.
    pub is_group: bool,
    /// The person's or group's id.
    pub resource_id: String,
    /// Its name at the time.
    pub display: String,
    /// How many members it is about.
    pub members: u64,
    /// Why it was not taken.
    pub obstacle: Option<UndoObstacle>,
}

impl FromRow<'_, SqliteRow> for UndoStepRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let outcome: Option<String> = row.try_get("outcome")?;
        let reason = |text: String| serde_json::from_str(&text).unwrap_or(UndoObstacle::Gone);
        Ok(Self {
            act: UndoAct::of(&row.try_get::<String, _>("act")?),
            is_group: row.try_get::<String, _>("resource_type")? == "Group",
            resource_id: row.try_get("resource_id")?,
            display: row.try_get("display")?,
            members: unsigned(row.try_get("members")?),
            obstacle: outcome.filter(|outcome| outcome != "done").map(reason),
        })
    }
}

impl Store {
    /// The undo with this id, or the newest one; one that was not decided is none.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn undo(&self, id: Option<&str>) -> Result<Option<UndoJob>, Error> {
        Ok(sqlx::query_as(jobs!(
            "u.state <> 'planned' AND ($1 IS NULL OR u.id = $1) GROUP BY u.id ORDER BY u.id DESC LIMIT 1"
        ))
        .bind(id)
        .fetch_optional(self.readers())
        .await?)
    }

    /// The undo that has steps left.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn unfinished_undo(&self) -> Result<Option<UndoJob>, Error> {
        Ok(sqlx::query_as(jobs!("u.state = 'running' GROUP BY u.id ORDER BY u.id LIMIT 1"))
            .fetch_optional(self.readers())
            .await?)
    }

    /// Steps of an undo: those that were not taken first.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn undo_steps(&self, id: &str, offset: u64, limit: u64) -> Result<Vec<UndoStepRow>, Error> {
        Ok(sqlx::query_as(
            "SELECT act, resource_type, resource_id, display, json_array_length(members) AS members, outcome
             FROM undo_step WHERE undo_id = $1
             ORDER BY outcome IS NULL, outcome = 'done', number LIMIT $2 OFFSET $3",
        )
        .bind(id)
        .bind(signed(limit))
        .bind(signed(offset))
        .fetch_all(self.readers())
        .await?)
    }

    /// Which of these changes an undo made: with that undo's id, and the newest change that it undid by it.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn changes_by_undo(&self, changes: &[i64]) -> Result<Vec<(i64, String, i64)>, Error> {
        Ok(sqlx::query_as(
            "SELECT change_id, undo_id, undoes FROM undo_change WHERE change_id IN (SELECT value FROM json_each($1))",
        )
        .bind(json!(changes).to_string())
        .fetch_all(self.readers())
        .await?)
    }
}

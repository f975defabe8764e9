//! A pause: a connection refuses every request, because of a person and until a person ends it.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::clock::from_millis;

/// Why a connection refuses everything for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Who paused it, by the name of that time; `None`: an older version, which did not store it.
    pub by: Option<String>,
    /// All connections were paused with it.
    pub by_pause_all: bool,
    /// A backup was restored, and no Admin has looked at it since.
    pub restored: bool,
}

/// The pause of a connection's row, if it is paused.
pub(crate) fn pause_of(row: &SqliteRow) -> Result<Option<Pause>, sqlx::Error> {
    let Some(at) = row.try_get::<Option<i64>, _>("paused_at")? else { return Ok(None) };
    let (by, by_pause_all) = (row.try_get("paused_by")?, row.try_get("paused_by_pause_all")?);
    let restored = row.try_get::<Option<i64>, _>("restored_at")?.is_some();
    Ok(Some(Pause { at: from_millis(at), by, by_pause_all, restored }))
}

//! A pause: a connection refuses every request, because of a person, a restore or a move, and until a person ends it.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::clock::from_millis;

/// What `paused_by` has where the workspace was moved away from this computer, and in the copy that was moved here.
pub(crate) const MOVE_AWAY: &str = "The move to a server";
pub(crate) const MOVE_HERE: &str = "The move to this server";

/// What began a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseCause {
    /// A person, or a hold that was not answered.
    Person,
    /// A backup was restored, and no Admin has looked at it since.
    Restore,
    /// The workspace was moved to a server: this is the copy that was left.
    MoveAway,
    /// The workspace was moved here, and no Admin has resumed the connection since.
    MoveHere,
}

/// Why a connection refuses everything for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Who paused it, by the name of that time; `None`: an older version, which did not store it.
    pub by: Option<String>,
    /// All connections were paused with it.
    pub by_pause_all: bool,
    /// What began it.
    pub cause: PauseCause,
}

/// The pause of a connection's row, if it is paused.
pub(crate) fn pause_of(row: &SqliteRow) -> Result<Option<Pause>, sqlx::Error> {
    let Some(at) = row.try_get::<Option<i64>, _>("paused_at")? else { return Ok(None) };
    let by: Option<String> = row.try_get("paused_by")?;
    let by_pause_all = row.try_get("paused_by_pause_all")?;
    let is_restored = row.try_get::<Option<i64>, _>("restored_at")?.is_some();
    let cause = match by.as_deref() {
        Some(MOVE_AWAY) => PauseCause::MoveAway,
        Some(MOVE_HERE) => PauseCause::MoveHere,
        _ if is_restored => PauseCause::Restore,
        _ => PauseCause::Person,
    };
    Ok(Some(Pause { at: from_millis(at), by, by_pause_all, cause }))
}

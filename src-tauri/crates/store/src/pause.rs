//! A pause: a connection refuses every request, because of a person, a restore or a move, and until a person ends it.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::clock::from_millis;

/// A move, as a pause has it: in `moved`, by which it is known, and in `paused_by`, by which it is named.
pub(crate) struct Move {
    pub word: &'static str,
    pub name: &'static str,
}

/// The workspace was moved away from this computer.
pub(crate) const AWAY: Move = Move { word: "away", name: "The move to a server" };
/// The workspace is the copy that was moved here.
pub(crate) const HERE: Move = Move { word: "here", name: "The move to this server" };

/// Pauses every connection because of a move, also one that is paused already: its time, its name and its word are bound.
pub(crate) const PAUSE_FOR_MOVE: &str =
    "UPDATE connection SET paused_at = $1, paused_by = $2, paused_by_pause_all = 0, moved = $3";

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
    let moved: Option<String> = row.try_get("moved")?;
    let is_restored = row.try_get::<Option<i64>, _>("restored_at")?.is_some();
    let cause = match moved.as_deref() {
        Some(word) if word == AWAY.word => PauseCause::MoveAway,
        Some(word) if word == HERE.word => PauseCause::MoveHere,
        _ if is_restored => PauseCause::Restore,
        _ => PauseCause::Person,
    };
    Ok(Some(Pause { at: from_millis(at), by, by_pause_all, cause }))
}

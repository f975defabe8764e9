//! A token as it is stored: its hash only.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::Clock;
use crate::clock::from_millis;

/// A token as it is stored. Its text is stored nowhere.
#[derive(Clone, Debug)]
pub struct Token {
    /// The key id inside the token's text.
    pub id: String,
    /// The connection it proves.
    pub connection_id: String,
    /// What it is called; no other token of the connection is called so, whatever the case.
    pub label: String,
    /// SHA-256 of the text.
    pub hash: Vec<u8>,
    /// The text's last four characters.
    pub tail: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The person here who made it; `None`: the command line, or an older version that did not keep it.
    pub created_by: Option<String>,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it, by the name of that time; `None`: it gave way to another one by itself, or an older version did
    /// not keep it.
    pub revoked_by: Option<String>,
    /// The token that takes its place.
    pub replaced_by: Option<String>,
    /// How long it lives on after that one was first used.
    pub overlap: Option<Duration>,
}

impl Token {
    /// Neither revoked nor expired. A token that has expired does not revive when the clock is set back.
    pub fn usable(&self, clock: &Clock) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| clock.latest() < end)
    }
}

impl FromRow<'_, SqliteRow> for Token {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            label: row.try_get("label")?,
            hash: row.try_get("hash")?,
            tail: row.try_get("tail")?,
            created_at: from_millis(row.try_get("created_at")?),
            created_by: row.try_get("created_by")?,
            expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(from_millis),
            revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(from_millis),
            revoked_by: row.try_get("revoked_by")?,
            replaced_by: row.try_get("replaced_by")?,
            overlap: row
                .try_get::<Option<i64>, _>("overlap_ms")?
                .map(|millis| Duration::from_millis(millis.try_into().unwrap_or(0))),
        })
    }
}

//! Why a step of an undo is not taken.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ChangeKind;
use crate::clock::from_millis;

/// Why a step is not taken. It is stored as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UndoObstacle {
    /// Another change altered the same since.
    ChangedSince {
        /// When, in milliseconds since 1970.
        at: i64,
        /// The connection whose client requested it.
        connection_id: Option<String>,
        /// The person here who did it.
        actor: Option<String>,
        /// It is itself part of an undo.
        by_undo: bool,
    },
    /// An act of an Admin, or a link, which has a command of its own.
    OtherCommand {
        /// What kind of change it was.
        change: ChangeKind,
    },
    /// Nothing remains of it that could return.
    Gone,
    /// Its connection is deleted.
    ConnectionGone,
    /// Another person or group has its name by now.
    NameTaken {
        /// The name.
        name: String,
    },
    /// Its history was attached to another person.
    HistoryAttached,
    /// A restore deactivated the person until an Admin confirms them.
    Unconfirmed,
    /// No local Admin would be left.
    LastAdmin,
    /// It makes people Admins, which was not chosen.
    GivesAdmin,
    /// These members no longer exist.
    MembersGone,
    /// A backup was restored since: what ended in between is not in its journal, and does not return.
    Restored,
    /// The workspace was moved to this computer before it was done.
    Moved,
    /// What is stored of it is damaged.
    Unreadable,
    /// It would be larger than a resource may be.
    TooLarge,
    /// SQLite failed each time; the log has the error.
    Failed,
}

impl UndoObstacle {
    /// When the change happened that is in the way.
    pub fn changed_at(&self) -> Option<Timestamp> {
        match self {
            Self::ChangedSince { at, .. } => Some(from_millis(*at)),
            _ => None,
        }
    }
}

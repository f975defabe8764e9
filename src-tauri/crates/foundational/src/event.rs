//! Live messages to the windows.

use serde::Serialize;
use ts_rs::TS;

/// A live message: ids only, the UI asks again for what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Event {
    pub topic: Topic,
    pub connection_id: Option<String>,
    pub id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Topic {
    Activity,
    Connection,
    Token,
    People,
    Groups,
    Server,
    Session,
    /// An audit entry was written.
    Audit,
    /// A step of a rehearsal was played.
    Rehearsal,
    /// Steps of an undo were taken.
    Undo,
    /// Leavers were read back.
    Leavers,
    /// Messages were lost: ask for everything again.
    Lagged,
}

impl Event {
    /// A message about a subject as a whole.
    pub(crate) const fn of(topic: Topic) -> Self {
        Self { topic, connection_id: None, id: None }
    }

    /// A message about one thing that belongs to no connection.
    pub(crate) const fn about(topic: Topic, id: String) -> Self {
        Self { topic, connection_id: None, id: Some(id) }
    }
}

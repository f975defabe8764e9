//! What the store announces.

/// Sent after a commit: what changed, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// A connection, its wizard or its state.
    Connection(String),
    /// The deletion of a connection was decided: it no longer exists, and its people have lost what they lose by it.
    ConnectionGone(String),
    /// A token of this connection.
    Token(String),
    /// A person, of this connection or local.
    Person { connection_id: Option<String>, id: String },
    /// A person was deactivated or deleted: their sessions end now.
    PersonGone { connection_id: Option<String>, id: String },
    /// A group of this connection.
    Group { connection_id: String, id: String },
    /// Requests of this connection were recorded, the one with this id last.
    Activity { connection_id: String, id: String },
    /// A setting.
    Setting(&'static str),
    /// A sleep interval was recorded.
    SleepInterval,
    /// An audit entry was appended.
    Audit,
    /// Writing has stopped, or works again.
    Health,
}

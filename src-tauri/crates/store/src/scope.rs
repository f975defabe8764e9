//! Whose resources a request may see.

/// Whose resources a request may see: those of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    connection_id: String,
}

impl Scope {
    /// The scope of a connection that a token has proved, or that an Admin looks at.
    pub fn of(connection_id: impl Into<String>) -> Self {
        Self { connection_id: connection_id.into() }
    }

    /// The connection's id.
    pub fn connection_id(&self) -> &str {
        &self.connection_id
    }
}

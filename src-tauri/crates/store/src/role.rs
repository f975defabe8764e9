//! What a person may do in this workspace.

/// What a person may do in this workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Role {
    /// Sees and does everything.
    Admin,
    /// Sees Users and Groups.
    Member,
}

impl Role {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        if word == "admin" { Self::Admin } else { Self::Member }
    }
}

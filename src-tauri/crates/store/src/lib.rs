//! The only crate with SQL.

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

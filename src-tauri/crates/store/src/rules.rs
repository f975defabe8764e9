//! The rules of a connection.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

scim::words! {
    /// What happens when a provider creates a person who has a local account with the same userName.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "lowercase")]
    #[ts(export, rename = "MatchingRule")]
    pub enum Matching {
        /// The provider gets 409; an Admin decides.
        #[default]
        Ask = "ask",
        /// The local account is handed to the connection; never a local Admin's.
        Link = "link",
        /// The provider gets 403.
        Refuse = "refuse",
    }
}

/// How a connection treats what arrives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What happens to local accounts of the same name.
    pub matching: Matching,
    /// A SCIM DELETE leaves no tombstone.
    pub remove_on_delete: bool,
    /// The group whose direct members are Admins here.
    pub admin_group_id: Option<String>,
    /// Addresses and CIDR ranges that may call; empty: all.
    pub allowed_addresses: Vec<String>,
}

impl FromRow<'_, SqliteRow> for Rules {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let addresses: String = row.try_get("allowed_addresses")?;
        Ok(Self {
            matching: Matching::from_word(row.try_get("matching")?).unwrap_or_default(),
            remove_on_delete: row.try_get::<String, _>("on_delete")? == "remove",
            admin_group_id: row.try_get("admin_group_id")?,
            allowed_addresses: serde_json::from_str(&addresses)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        })
    }
}

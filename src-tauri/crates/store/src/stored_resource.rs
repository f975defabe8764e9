//! A resource as it is stored, with what its answer needs.

use jiff::Timestamp;
use scim::{Meta, ResourceType};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::document::document_of;
use crate::{Group, Person};

/// A resource as it is stored, with what its answer needs; people and groups alike.
#[derive(Clone, Debug)]
pub struct StoredResource {
    /// The resource's id.
    pub id: String,
    /// The normalised document.
    pub document: Map<String, Value>,
    /// The ETag's number.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// The name for sentences.
    pub display: String,
}

impl FromRow<'_, SqliteRow> for StoredResource {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            document: document_of(row)?,
            version: row.try_get::<i64, _>("version")?.try_into().unwrap_or(1),
            created_at: from_millis(row.try_get("created_at")?),
            modified_at: from_millis(row.try_get("modified_at")?),
            display: row.try_get("display")?,
        })
    }
}

impl From<Person> for StoredResource {
    fn from(of: Person) -> Self {
        Self {
            id: of.id,
            document: of.document,
            version: of.version,
            created_at: of.created_at,
            modified_at: of.modified_at,
            display: of.display,
        }
    }
}

impl From<Group> for StoredResource {
    fn from(of: Group) -> Self {
        Self {
            id: of.id,
            document: of.document,
            version: of.version,
            created_at: of.created_at,
            modified_at: of.modified_at,
            display: of.display,
        }
    }
}

impl StoredResource {
    /// Its `meta`, with the location under `base`, the connection's endpoint.
    pub fn meta(&self, resource_type: ResourceType, base: &str) -> Meta {
        Meta {
            created: self.created_at,
            last_modified: self.modified_at,
            location: format!("{base}{}/{}", resource_type.endpoint(), self.id),
            version: self.version,
        }
    }
}

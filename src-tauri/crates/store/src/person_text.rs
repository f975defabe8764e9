//! People for a page of a list: their documents as text, which is sent without being parsed.

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use scim::{Meta, ResourceType};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::json_list;
use crate::{Error, Scope, Store};

/// A person as it is stored, with the text of its document.
#[derive(Clone, Debug)]
pub struct PersonText {
    /// The person's id.
    pub id: String,
    /// The text of the normalised document.
    pub document: String,
    /// The ETag's number.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// The name for sentences.
    pub display: String,
}

/// A person of a page.
#[derive(Clone, Debug)]
pub struct ListedPerson {
    /// The person.
    pub person: PersonText,
    /// It has a membership.
    pub is_member: bool,
}

impl FromRow<'_, SqliteRow> for PersonText {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            document: row.try_get("document")?,
            version: row.try_get::<i64, _>("version")?.try_into().unwrap_or(1),
            created_at: from_millis(row.try_get("created_at")?),
            modified_at: from_millis(row.try_get("modified_at")?),
            display: row.try_get("display")?,
        })
    }
}

impl PersonText {
    /// Its `meta`, with the location under `base`, the connection's endpoint.
    pub fn meta(&self, base: &str) -> Meta {
        Meta {
            created: self.created_at,
            last_modified: self.modified_at,
            location: format!("{base}{}/{}", ResourceType::User.endpoint(), self.id),
            version: self.version,
        }
    }

    /// The document as values.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when it is not JSON.
    pub fn parsed(&self) -> Result<Map<String, Value>, Error> {
        serde_json::from_str(&self.document).map_err(|error| Error::unreadable("person", &error))
    }
}

impl Store {
    /// The first of the people with these ids, in their order: as many as have about so many bytes, and one in any case.
    /// Answers how many ids that were; people who were deleted since are left out.
    pub async fn person_texts(
        &self,
        scope: &Scope,
        ids: &[String],
        most_bytes: usize,
    ) -> Result<(Vec<ListedPerson>, usize), Error> {
        let _permit = self.0.read_permits.take(scope.connection_id()).await?;
        let mut conn = self.readers().acquire().await?;
        // CROSS JOIN: the ids are read in their order, and no further than rows are taken.
        let mut found = sqlx::query(
            "SELECT p.id, p.document, p.version, p.created_at, p.modified_at, p.display,
                 EXISTS (SELECT 1 FROM member m WHERE m.member_id = p.id) AS is_member, j.key AS place
             FROM json_each($1) j CROSS JOIN person p ON p.id = j.value
             WHERE p.connection_id = $2 AND p.deleted_at IS NULL",
        )
        .bind(json_list(ids))
        .bind(scope.connection_id())
        .fetch(&mut *conn);
        let (mut people, mut bytes) = (Vec::new(), 0);
        while let Some(row) = found.try_next().await? {
            let person = PersonText::from_row(&row)?;
            bytes += person.document.len();
            people.push(ListedPerson { person, is_member: row.try_get("is_member")? });
            if bytes >= most_bytes {
                let place = usize::try_from(row.try_get::<i64, _>("place")?).unwrap_or(ids.len());
                return Ok((people, place + 1));
            }
        }
        Ok((people, ids.len()))
    }
}

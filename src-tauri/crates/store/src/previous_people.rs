//! The same person as before, under a new id: an Admin attaches the history of a tombstone to the page of another person.
//! Nothing but history is joined, and it can be detached again.

use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{ChangeKind, ChangeSource, Error, Store, Tx};

/// Who a person may have been before, or was by an Admin's word.
#[derive(Clone, Debug)]
pub struct PreviousPerson {
    /// The deleted person's id.
    pub id: String,
    /// The name of that time.
    pub display: String,
    /// When that person was deleted.
    pub deleted_at: Timestamp,
    /// The history is attached; otherwise it can be.
    pub is_attached: bool,
}

impl FromRow<'_, SqliteRow> for PreviousPerson {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            display: row.try_get("display")?,
            deleted_at: from_millis(row.try_get("deleted_at")?),
            is_attached: row.try_get("is_attached")?,
        })
    }
}

/// What a person's history tells of one that was attached.
pub(crate) const HISTORY_OF: &str = "historyOf";

/// What is attached to the person `$1`, and the newest tombstones that can be: those with the same userName, whichever
/// connection they are of, or with the same externalId of the same connection.
const FORMERS: &str = "
    SELECT deleted_person_id AS id, display, deleted_at, 1 AS is_attached FROM attached_history WHERE person_id = $1
    UNION ALL
    SELECT * FROM (
        SELECT f.id, f.display, f.deleted_at, 0 FROM person f WHERE f.id IN (
            SELECT t.id FROM person p JOIN person t ON t.user_name_fold = p.user_name_fold
            WHERE p.id = $1 AND p.deleted_at IS NULL AND t.deleted_at IS NOT NULL
            UNION
            SELECT t.id FROM person p JOIN person t
                ON t.connection_id = p.connection_id AND t.external_id = p.external_id
            WHERE p.id = $1 AND p.deleted_at IS NULL AND t.deleted_at IS NOT NULL AND t.external_id <> ''
        ) AND NOT EXISTS (SELECT 1 FROM attached_history WHERE deleted_person_id = f.id)
        ORDER BY f.deleted_at DESC, f.id DESC LIMIT 5
    )
    ORDER BY 4 DESC, 3 DESC, 1 DESC";

impl Store {
    /// Whose history is attached to a person, and whose can be: newest first, what is attached before the rest.
    pub async fn previous_people(&self, person_id: &str) -> Result<Vec<PreviousPerson>, Error> {
        Ok(sqlx::query_as(FORMERS).bind(person_id).fetch_all(self.readers()).await?)
    }
}

impl Tx {
    /// Attaches the history of a tombstone to a person, with what was attached to that one. `false`: it is none of
    /// those that [`Store::previous_people`] offers.
    pub async fn attach_history(
        &mut self,
        person_id: &str,
        former_id: &str,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        let known: Vec<PreviousPerson> =
            sqlx::query_as(FORMERS).bind(person_id).fetch_all(&mut self.conn).await?;
        let Some(former) = known.into_iter().find(|one| one.id == former_id && !one.is_attached) else {
            return Ok(false);
        };
        sqlx::query("UPDATE attached_history SET person_id = $1 WHERE person_id = $2")
            .bind(person_id)
            .bind(former_id)
            .execute(&mut self.conn)
            .await?;
        sqlx::query("INSERT INTO attached_history (deleted_person_id, person_id, display, deleted_at) VALUES ($1, $2, $3, $4)")
            .bind(former_id)
            .bind(person_id)
            .bind(&former.display)
            .bind(former.deleted_at.as_millisecond())
            .execute(&mut self.conn)
            .await?;
        let (before, after) = (json!({}), json!({ HISTORY_OF: former.display }));
        self.record_change(person_id, ChangeKind::Update, &before, &after, origin).await?;
        Ok(true)
    }

    /// Takes that back. `false`: it is not attached to this person.
    pub async fn detach_history(
        &mut self,
        person_id: &str,
        former_id: &str,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        let display: Option<String> = sqlx::query_scalar(
            "DELETE FROM attached_history WHERE deleted_person_id = $1 AND person_id = $2 RETURNING display",
        )
        .bind(former_id)
        .bind(person_id)
        .fetch_optional(&mut self.conn)
        .await?;
        let Some(display) = display else { return Ok(false) };
        let (before, after) = (json!({ HISTORY_OF: display }), json!({}));
        self.record_change(person_id, ChangeKind::Update, &before, &after, origin).await?;
        Ok(true)
    }
}

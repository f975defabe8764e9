//! What is stored of a person by a name or an address, whether the person is here or not: accounts, tombstones, refused
//! writes, requests.

use jiff::Timestamp;
use scim::fold;
use sqlx::{FromRow as _, Row as _};

use crate::activity_ids::with_id;
use crate::clock::from_millis;
use crate::sql_values::signed;
use crate::{Activity, Error, Person, RefusedWrite, Store};

/// A person who is here, or who was deleted and still has a tombstone.
#[derive(Clone, Debug)]
pub struct PersonTrace {
    /// As the person is or was.
    pub person: Person,
    /// Barred from signing in by an Admin here.
    pub is_blocked: bool,
    /// Sign-in is withheld until an Admin lets the person through.
    pub is_withheld: bool,
    /// When the person was deleted.
    pub deleted_at: Option<Timestamp>,
}

/// Everybody with the folded text `$1` in a name, userName, externalId or e-mail address. A row of the directory has these
/// as lines, and so has a tombstone here: a whole line is an exact match.
const TRACES: &str = "
    SELECT p.* FROM (
        SELECT d.person_id, d.text, 0 AS is_deleted FROM directory d WHERE instr(d.text, $1) > 0
        UNION ALL
        SELECT * FROM (
            SELECT t.id, t.display_fold || char(10) || t.user_name_fold || char(10) || lower(coalesce(t.external_id, ''))
                || char(10) || coalesce(
                    (SELECT group_concat(e.value_fold, char(10)) FROM email e WHERE e.person_id = t.id), '') AS text, 1
            FROM person t WHERE t.deleted_at IS NOT NULL
        ) WHERE instr(text, $1) > 0
    ) f JOIN person p ON p.id = f.person_id
    ORDER BY instr(char(10) || f.text || char(10), char(10) || $1 || char(10)) = 0, f.is_deleted,
        p.deleted_at DESC, p.display_fold, p.id
    LIMIT $2";

impl Store {
    /// The people who are or were here with this text in a name, userName, externalId or e-mail address, without regard
    /// to case, at most `limit`: those who match exactly first, then those who are here, then by the time of the deletion.
    pub async fn person_traces(&self, text: &str, limit: u64) -> Result<Vec<PersonTrace>, Error> {
        let rows =
            sqlx::query(TRACES).bind(fold(text.trim())).bind(signed(limit)).fetch_all(self.readers()).await?;
        let leaving = self.leaving().await?;
        let mut traces = Vec::new();
        for row in rows {
            let person = Person::from_row(&row)?;
            let is_blocked = row.try_get::<Option<i64>, _>("blocked_at")?.is_some();
            let is_withheld = row.try_get::<Option<i64>, _>("withheld_at")?.is_some();
            let deleted_at: Option<i64> = row.try_get("deleted_at")?;
            let (person, deleted_at) = match deleted_at {
                Some(at) => (person, Some(from_millis(at))),
                None => match leaving.person(person.clone()) {
                    Some(person) => (person, None),
                    // The connection is being deleted with its people.
                    None => match self.deleted_person(&person.id).await? {
                        Some(deleted) => (person, Some(deleted.deleted_at)),
                        None => continue,
                    },
                },
            };
            traces.push(PersonTrace { person, is_blocked, is_withheld, deleted_at });
        }
        Ok(traces)
    }

    /// The writes of users that were refused and have not succeeded since, newest first: also those that an Admin has set
    /// aside.
    pub async fn refused_users(&self, connection_id: &str) -> Result<Vec<RefusedWrite>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM refused_write WHERE connection_id = $1 AND substr(subject, 1, 4) = 'User'
             ORDER BY newest_at DESC, subject, act",
        )
        .bind(connection_id)
        .fetch_all(self.activity_readers())
        .await?)
    }

    /// The newest exchanges about one person or group, newest first, without bodies.
    pub async fn activities_about(&self, resource_id: &str, limit: u32) -> Result<Vec<Activity>, Error> {
        Ok(sqlx::query_as_with(
            "SELECT id, at, connection_id, resource_id, detail, NULL AS bodies FROM activity
             WHERE resource_id = ? ORDER BY seq DESC LIMIT ?",
            with_id(resource_id)?,
        )
        .bind(limit)
        .fetch_all(self.activity_readers())
        .await?)
    }
}

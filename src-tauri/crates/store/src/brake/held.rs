//! The removals that are held: who or what each is about, and whether it is still to be done.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::{signed, unsigned};
use crate::{Error, Store, Tx};

/// Whether the held removal `h` is still to be done: what it takes away is there.
macro_rules! is_due {
    () => {
        "h.arrived_at IS NULL AND CASE
             WHEN h.group_id = '' THEN EXISTS (SELECT 1 FROM person p WHERE p.id = h.person_id
                 AND p.connection_id = h.connection_id AND p.deleted_at IS NULL AND (h.deletes OR p.active))
             WHEN h.person_id <> '' THEN EXISTS (SELECT 1 FROM member m WHERE m.group_id = h.group_id
                 AND m.member_id = h.person_id)
             ELSE EXISTS (SELECT 1 FROM scim_group g WHERE g.id = h.group_id AND g.connection_id = h.connection_id
                 AND g.deleted_at IS NULL)
         END"
    };
}
pub(super) use is_due;

/// A removal that was refused and is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRemoval {
    /// The id and the name of the person, or of the group that is a member; `None`: a group is deleted.
    pub person: Option<(String, String)>,
    /// The id and the name of the group that is deleted, or loses the member; `None`: it is about the account.
    pub group: Option<(String, String)>,
    /// The account or the group is to be deleted.
    pub deletes: bool,
    /// The newest request for it.
    pub at: Timestamp,
    /// That request.
    pub activity_id: Option<String>,
}

impl FromRow<'_, SqliteRow> for HeldRemoval {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let named = |id: &str, name: &str| -> Result<Option<(String, String)>, sqlx::Error> {
            let (id, name): (String, Option<String>) = (row.try_get(id)?, row.try_get(name)?);
            Ok(Some(id).filter(|id| !id.is_empty()).map(|id| (id.clone(), name.unwrap_or(id))))
        };
        Ok(Self {
            person: named("person_id", "person")?,
            group: named("group_id", "group_name")?,
            deletes: row.try_get("deletes")?,
            at: from_millis(row.try_get("at")?),
            activity_id: row.try_get("activity_id")?,
        })
    }
}

/// The held removals of a connection that are still to be done.
#[derive(Clone, Debug, Default)]
pub struct HeldRemovals {
    /// How many there are.
    pub total: u64,
    /// How many of them an Admin has decided to do here, and are not done yet.
    pub applying: u64,
    /// The first of them, the oldest request first.
    pub rows: Vec<HeldRemoval>,
}

impl Store {
    /// The held removals of a connection that are still to be done, at most so many of them.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn held_removals(&self, connection_id: &str, limit: u64) -> Result<HeldRemovals, Error> {
        let mut reading = self.readers().begin().await?;
        let (total, applying): (i64, i64) = sqlx::query_as(concat!(
            "SELECT count(*), coalesce(sum(h.applying), 0) FROM held_removal h WHERE h.connection_id = $1 AND ",
            is_due!()
        ))
        .bind(connection_id)
        .fetch_one(&mut *reading)
        .await?;
        let rows = sqlx::query_as(concat!(
            "SELECT h.*, coalesce(hp.display, hm.display) AS person, hg.display AS group_name FROM held_removal h
             LEFT JOIN person hp ON hp.id = h.person_id LEFT JOIN scim_group hm ON hm.id = h.person_id
             LEFT JOIN scim_group hg ON hg.id = h.group_id
             WHERE h.connection_id = $1 AND ",
            is_due!(),
            " ORDER BY h.at, h.person_id, h.group_id LIMIT $2"
        ))
        .bind(connection_id)
        .bind(signed(limit))
        .fetch_all(&mut *reading)
        .await?;
        Ok(HeldRemovals { total: unsigned(total), applying: unsigned(applying), rows })
    }
}

impl Tx {
    /// Forgets the held removals of a connection that are not to be done any more. Those that have arrived remain: what an Admin
    /// let through is not counted.
    pub(super) async fn forget_ended_removals(&mut self, connection_id: &str) -> Result<(), Error> {
        sqlx::query(concat!(
            "DELETE FROM held_removal AS h WHERE h.connection_id = $1 AND h.arrived_at IS NULL AND NOT (",
            is_due!(),
            ")"
        ))
        .bind(connection_id)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}

//! Observe first: through a connection that is being observed, no person gains sign-in or a role until an Admin lets them
//! through. Who loses them loses them at once.
//!
//! Triggers withhold sign-in from a person who becomes active (`0029_observe_first.sql`), `rule_changes.rs` withholds the role, and
//! `accounts.rs` is the one place where a withheld account cannot sign in. `let_through.rs` lets people through. The SCIM resource is
//! as it was sent.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::sql_values::{signed, unsigned};
use crate::{Error, Store, StoreEvent, Tx};

/// What is withheld from a person `p`, for [`withheld_of`].
macro_rules! withheld_sql {
    () => {
        "(SELECT h.sign_in + 2 * h.admin FROM withheld h WHERE h.person_id = p.id) AS withheld"
    };
}
pub(crate) use withheld_sql;

/// What is withheld from a person until an Admin lets them through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Withheld {
    /// The person cannot sign in.
    pub sign_in: bool,
    /// The person is in the group whose members are Admins, and is let through as an Admin.
    pub admin: bool,
}

/// What [`withheld_sql`] found.
pub(crate) fn withheld_of(row: &SqliteRow) -> Result<Option<Withheld>, sqlx::Error> {
    let found: Option<i64> = row.try_get("withheld")?;
    Ok(found.map(|found| Withheld { sign_in: found & 1 != 0, admin: found & 2 != 0 }))
}

/// How many people of a connection wait to be let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithheldCount {
    /// All of them.
    pub people: u64,
    /// Those who are let through as Admins.
    pub admins: u64,
}

impl FromRow<'_, SqliteRow> for WithheldCount {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self { people: unsigned(row.try_get("people")?), admins: unsigned(row.try_get("admins")?) })
    }
}

/// A person who waits to be let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldPerson {
    /// The person's id.
    pub id: String,
    /// The name in lists.
    pub display: String,
    /// The userName, as it is shown.
    pub user_name: String,
    /// What is withheld.
    pub withheld: Withheld,
    /// The account is active.
    pub active: bool,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
    /// The person has a password or passcode here.
    pub has_password: bool,
}

impl FromRow<'_, SqliteRow> for WithheldPerson {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            display: row.try_get("display")?,
            user_name: row.try_get("user_name")?,
            withheld: Withheld { sign_in: row.try_get("sign_in")?, admin: row.try_get("admin")? },
            active: row.try_get("active")?,
            blocked: row.try_get::<Option<i64>, _>("blocked_at")?.is_some(),
            has_password: row.try_get::<Option<String>, _>("password_hash")?.is_some(),
        })
    }
}

impl Store {
    /// How many people wait to be let through, by connection; a connection of which none waits is not among them.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn withheld_counts(&self) -> Result<HashMap<String, WithheldCount>, Error> {
        let rows: Vec<SqliteRow> = sqlx::query(
            "SELECT connection_id, count(*) AS people, sum(admin) AS admins FROM withheld
             WHERE connection_id IS NOT NULL GROUP BY connection_id",
        )
        .fetch_all(self.readers())
        .await?;
        let mut counts = HashMap::new();
        for row in rows {
            counts.insert(row.try_get("connection_id")?, WithheldCount::from_row(&row)?);
        }
        Ok(counts)
    }

    /// The people of a connection who wait to be let through: those who become Admins first, then by name.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn withheld_people(
        &self,
        connection_id: &str,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<WithheldPerson>, Error> {
        Ok(sqlx::query_as(
            "SELECT p.id, p.display, p.user_name, p.active, p.blocked_at, p.password_hash, h.sign_in, h.admin
             FROM withheld h JOIN person p ON p.id = h.person_id
             WHERE h.connection_id = $1 ORDER BY h.admin DESC, p.display_fold, p.id LIMIT $2 OFFSET $3",
        )
        .bind(connection_id)
        .bind(signed(limit))
        .bind(signed(offset))
        .fetch_all(self.readers())
        .await?)
    }
}

impl Tx {
    /// From now on a person who gains sign-in or a role through this connection waits. `false`: no such connection, or it is being
    /// observed already.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn begin_observing(&mut self, connection_id: &str) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET observing_since = $2
             WHERE id = $1 AND deleting IS NULL AND observing_since IS NULL",
        )
        .bind(connection_id)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(done.rows_affected() > 0)
    }
}

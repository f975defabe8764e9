//! Matches that wait for an Admin: a provider's person and a local account of the same userName.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{Error, Scope, Store, StoreEvent, Tx};

/// A provider's person who waits because a local account has the userName.
#[derive(Clone, Debug)]
pub struct PendingMatch {
    /// The row's id.
    pub id: String,
    /// The connection whose provider asked.
    pub connection_id: String,
    /// The local account.
    pub person_id: String,
    /// The name the provider sent.
    pub incoming_name: String,
    /// When it asked last.
    pub at: Timestamp,
}

impl FromRow<'_, SqliteRow> for PendingMatch {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            person_id: row.try_get("person_id")?,
            incoming_name: row.try_get("incoming_name")?,
            at: from_millis(row.try_get("at")?),
        })
    }
}

impl Store {
    /// What waits for an Admin's decision, newest first; of one connection or of all.
    pub async fn pending_matches(&self, connection_id: Option<&str>) -> Result<Vec<PendingMatch>, Error> {
        Ok(sqlx::query_as(
            "SELECT w.* FROM pending_match w JOIN person p ON p.id = w.person_id
             WHERE w.dismissed = 0 AND p.connection_id IS NULL AND p.deleted_at IS NULL
             AND ($1 IS NULL OR w.connection_id = $1) ORDER BY w.at DESC, w.id",
        )
        .bind(connection_id)
        .fetch_all(self.readers())
        .await?)
    }

    /// The match with this id.
    pub async fn pending_match(&self, id: &str) -> Result<Option<PendingMatch>, Error> {
        Ok(sqlx::query_as("SELECT * FROM pending_match WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }
}

impl Tx {
    /// Keeps that a provider's person waits for a decision; asking again renews the time.
    pub async fn save_match(
        &mut self,
        scope: &Scope,
        person_id: &str,
        incoming_name: &str,
    ) -> Result<(), Error> {
        let (id, now) = (self.new_id(), self.now().as_millisecond());
        sqlx::query(
            "INSERT INTO pending_match (id, connection_id, person_id, incoming_name, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (connection_id, person_id) DO UPDATE SET incoming_name = $4, at = $5",
        )
        .bind(id)
        .bind(scope.connection_id())
        .bind(person_id)
        .bind(incoming_name)
        .bind(now)
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(scope.connection_id().to_owned()));
        Ok(())
    }

    /// Whether an Admin is asked about this account and this connection, or has decided about them.
    pub async fn has_match(&mut self, scope: &Scope, person_id: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pending_match WHERE connection_id = $1 AND person_id = $2)",
        )
        .bind(scope.connection_id())
        .bind(person_id)
        .fetch_one(&mut self.conn)
        .await?)
    }

    /// The Admin decided that the two are not one person: nothing is asked about them again.
    pub async fn dismiss_match(&mut self, waiting: &PendingMatch) -> Result<(), Error> {
        sqlx::query("UPDATE pending_match SET dismissed = 1 WHERE id = $1")
            .bind(&waiting.id)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Connection(waiting.connection_id.clone()));
        Ok(())
    }
}

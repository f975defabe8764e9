//! Who remains signed in on this computer: hashes of secrets, one for each person.

use jiff::Timestamp;

use crate::accounts::may_sign_in_sql;
use crate::{Account, Error, Store, Tx};

impl Store {
    /// The person whose secret has this SHA-256, unless it has ended.
    pub async fn remembered_person(&self, hash: &[u8]) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT person_id FROM remembered_session WHERE hash = $1 AND expires_at > $2")
            .bind(hash)
            .bind(self.clock().latest().as_millisecond())
            .fetch_optional(self.readers())
            .await?)
    }
}

/// A person who is remembered on this computer.
#[derive(Clone, Debug)]
pub struct RememberedSession {
    /// The person's id.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// Until when.
    pub until: Timestamp,
}

impl Store {
    /// Everyone who remains signed in here, by name.
    pub async fn remembered_sessions(&self) -> Result<Vec<RememberedSession>, Error> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT person.id, display, expires_at FROM remembered_session JOIN person ON person.id = remembered_session.person_id
             WHERE expires_at > $1 ORDER BY display_fold, person.id",
        )
        .bind(self.clock().latest().as_millisecond())
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(person_id, name, until)| RememberedSession {
                person_id,
                name,
                until: crate::clock::from_millis(until),
            })
            .collect())
    }
}

impl Tx {
    /// Ends every remembered session.
    pub async fn end_all_remembered_sessions(&mut self) -> Result<(), Error> {
        sqlx::query("DELETE FROM remembered_session").execute(&mut self.conn).await?;
        Ok(())
    }

    /// Remembers the hash of a secret of the person who signed in as `account`, until it ends; an earlier one is
    /// invalid from now on. `false`, and nothing is written, when that account has had another password or lost access
    /// since.
    pub async fn remember_session(
        &mut self,
        account: &Account,
        hash: &[u8],
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let done = sqlx::query(concat!(
            "INSERT INTO remembered_session (person_id, hash, expires_at)
             SELECT id, $2, $3 FROM person WHERE id = $1 AND password_hash IS $4 AND ",
            may_sign_in_sql!(),
            " ON CONFLICT (person_id) DO UPDATE SET hash = $2, expires_at = $3"
        ))
        .bind(&account.id)
        .bind(hash)
        .bind(expires_at.as_millisecond())
        .bind(&account.password_hash)
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends a person's remembered session.
    pub async fn end_remembered_session(&mut self, person_id: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM remembered_session WHERE person_id = $1")
            .bind(person_id)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }
}

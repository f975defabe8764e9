//! Letting through who waits at a connection that is observed first: exactly those that an Admin has seen, with what was seen of
//! them. Who gains something after that waits.

use data_encoding::HEXLOWER;
use scim::ResourceType;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::sql_values::{json_list, unsigned};
use crate::{ChangeKind, ChangeSource, Error, Store, StoreEvent, Tx, Withheld, WithheldCount};

/// How many people one transaction lets through: clients write between two of them.
const STEP: usize = 1_000;

/// Everyone of a connection who waits to be let through, and what each of them gains, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithheldList(Vec<WithheldRow>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct WithheldRow {
    person_id: String,
    withheld: Withheld,
}

impl FromRow<'_, SqliteRow> for WithheldRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            person_id: row.try_get("person_id")?,
            withheld: Withheld { sign_in: row.try_get("sign_in")?, admin: row.try_get("admin")? },
        })
    }
}

impl WithheldList {
    /// How many they are.
    pub fn count(&self) -> WithheldCount {
        WithheldCount {
            people: self.0.len() as u64,
            admins: self.0.iter().filter(|row| row.withheld.admin).count() as u64,
        }
    }

    /// What is equal for exactly these people with what each of them gains: SHA-256, 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for WithheldRow { person_id, withheld } in &self.0 {
            digest.update(format!("{person_id} {} {}\n", withheld.sign_in, withheld.admin));
        }
        HEXLOWER.encode(&digest.finalize())
    }

    /// The same people in parts of at most 1,000, each for one transaction. At least one, which may be empty.
    pub fn steps(&self) -> Vec<Self> {
        if self.0.is_empty() {
            return vec![Self::default()];
        }
        self.0.chunks(STEP).map(|rows| Self(rows.to_vec())).collect()
    }

    /// The ids of those who wait for this.
    fn ids(&self, is_withheld: impl Fn(Withheld) -> bool) -> Vec<String> {
        let those = self.0.iter().filter(|row| is_withheld(row.withheld));
        those.map(|row| row.person_id.clone()).collect()
    }
}

/// Whether anything was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetThrough {
    /// The person has what was withheld.
    Done,
    /// Nothing was done: by now the person would become an Admin, which was not seen.
    BecomesAdmin,
    /// Nothing is withheld from such a person.
    NotWithheld,
}

impl Store {
    /// Everyone of a connection who waits to be let through, those who become Admins first.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn withheld_list(&self, connection_id: &str) -> Result<WithheldList, Error> {
        let rows = sqlx::query_as(
            "SELECT person_id, sign_in, admin FROM withheld WHERE connection_id = $1
             ORDER BY admin DESC, person_id",
        )
        .bind(connection_id)
        .fetch_all(self.readers())
        .await?;
        Ok(WithheldList(rows))
    }
}

impl Tx {
    /// Lets these people of a connection through, each with what was seen to be withheld and no more: the role of an Admin is
    /// given to those who were seen to get it and are in the group now. Answers who got something.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn let_through(
        &mut self,
        connection_id: &str,
        seen: &WithheldList,
        origin: &ChangeSource,
    ) -> Result<WithheldCount, Error> {
        let mut ids: Vec<String> = sqlx::query_scalar(
            "UPDATE person SET withheld_at = NULL
             WHERE connection_id = $1 AND withheld_at IS NOT NULL AND id IN (SELECT value FROM json_each($2))
             RETURNING id",
        )
        .bind(connection_id)
        .bind(json_list(&seen.ids(|withheld| withheld.sign_in)))
        .fetch_all(&mut self.conn)
        .await?;
        self.note_let_through(Some(connection_id), &ids, origin).await?;
        ids.extend(self.give_roles(connection_id, &seen.ids(|withheld| withheld.admin), origin).await?);
        let (people, admins): (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(role = 'admin'), 0) FROM person
             WHERE id IN (SELECT value FROM json_each($1))",
        )
        .bind(json_list(&ids))
        .fetch_one(&mut self.conn)
        .await?;
        Ok(WithheldCount { people: unsigned(people), admins: unsigned(admins) })
    }

    /// Ends observing. `false`, and nothing is written: people wait to be let through.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn end_observing(&mut self, connection_id: &str) -> Result<bool, Error> {
        let is_waiting: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM withheld WHERE connection_id = $1)")
                .bind(connection_id)
                .fetch_one(&mut self.conn)
                .await?;
        if is_waiting {
            return Ok(false);
        }
        sqlx::query("UPDATE connection SET observing_since = NULL WHERE id = $1")
            .bind(connection_id)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(true)
    }

    /// Lets one person through; others wait on. Not one who would become an Admin, unless that was seen.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn let_person_through(
        &mut self,
        id: &str,
        seen_admin: bool,
        origin: &ChangeSource,
    ) -> Result<LetThrough, Error> {
        self.apply_pending_deletion(id).await?;
        let found: Option<(Option<String>, bool, bool)> =
            sqlx::query_as("SELECT connection_id, sign_in, admin FROM withheld WHERE person_id = $1")
                .bind(id)
                .fetch_optional(&mut self.conn)
                .await?;
        let Some((connection_id, sign_in, admin)) = found else { return Ok(LetThrough::NotWithheld) };
        if admin && !seen_admin {
            return Ok(LetThrough::BecomesAdmin);
        }
        let ids = [id.to_owned()];
        if sign_in {
            sqlx::query("UPDATE person SET withheld_at = NULL WHERE id = $1")
                .bind(id)
                .execute(&mut self.conn)
                .await?;
            self.note_let_through(connection_id.as_deref(), &ids, origin).await?;
        }
        if let Some(connection_id) = connection_id {
            self.give_roles(&connection_id, &ids, origin).await?;
        }
        Ok(LetThrough::Done)
    }

    async fn note_let_through(
        &mut self,
        connection_id: Option<&str>,
        ids: &[String],
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let (before, after) = (json!({ "withheld": true }), json!({ "withheld": false }));
        self.journal_many(origin, ResourceType::User, ids, ChangeKind::LetThrough, &before, &after).await?;
        for id in ids {
            self.notify(StoreEvent::Person {
                connection_id: connection_id.map(str::to_owned),
                id: id.clone(),
            });
        }
        Ok(())
    }
}

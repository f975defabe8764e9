//! People of a restored backup about which nothing was known: deactivated until their identity provider or an Admin says
//! that they are active. Whatever makes a person active ends it, by a trigger.

use crate::{ChangeSource, Error, NameList, Person, Store, Tx};

impl Store {
    /// Those who wait, by name.
    pub async fn unconfirmed(&self) -> Result<NameList, Error> {
        let total: i64 = sqlx::query_scalar("SELECT count(*) FROM person WHERE unconfirmed_at IS NOT NULL")
            .fetch_one(self.readers())
            .await?;
        let names = sqlx::query_scalar(
            "SELECT display FROM person WHERE unconfirmed_at IS NOT NULL ORDER BY display_fold, id LIMIT 5",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(NameList { total: total.try_into().unwrap_or(0), names })
    }

    /// Whether this person waits.
    pub async fn is_unconfirmed(&self, id: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND unconfirmed_at IS NOT NULL)",
        )
        .bind(id)
        .fetch_one(self.readers())
        .await?)
    }
}

impl Tx {
    /// Makes a person active who waits. `false` when this one does not.
    pub async fn confirm_person(&mut self, id: &str, origin: &ChangeSource) -> Result<bool, Error> {
        let person: Option<Person> = sqlx::query_as(
            "SELECT * FROM person WHERE id = $1 AND unconfirmed_at IS NOT NULL AND deleted_at IS NULL",
        )
        .bind(id)
        .fetch_optional(&mut self.conn)
        .await?;
        let Some(person) = person else { return Ok(false) };
        let mut document = person.document.clone();
        document.insert("active".to_owned(), true.into());
        self.update_person(person, document, origin).await?;
        Ok(true)
    }
}

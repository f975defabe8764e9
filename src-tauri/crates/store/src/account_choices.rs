//! Setting the choices by which a connection's people are shown. The e-mail address follows when a person is read. The name
//! and the userName are columns, which lists read: they are derived again for everybody in steps that let others write
//! in between, and continued at the next start after a process ended in the middle.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::account_values::name_of;
use crate::document::document_of;
use crate::sql_values::json_list;
use crate::{AccountChoices, AccountValues, Error, Scope, Store, StoreEvent, Tx};

/// How long a step may take on a slow disk. A batch of the writer waits for one step at most.
const STEP: Duration = Duration::from_millis(100);
/// How many people are read between two looks at the time.
const ROWS: usize = 64;
/// How many times a step does so at most: the pages of what changes are what its commit writes.
const CHUNKS: u32 = 8;
/// How many people a preview reads at once.
const READ: usize = 500;

/// What choices would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountPreview {
    /// How many people the connection has.
    pub people: u64,
    /// How many of them would be shown with another name, userName or address.
    pub changed: u64,
    /// The first of those, else the first one.
    pub example: Option<AccountExample>,
}

/// What is shown for one person, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountExample {
    /// The person's id.
    pub id: String,
    /// What is shown now.
    pub before: AccountValues,
    /// What would be shown.
    pub after: AccountValues,
}

/// A person, as far as the choices look at one.
struct Shown {
    id: String,
    name: String,
    user_name: String,
    document: Map<String, Value>,
}

impl FromRow<'_, SqliteRow> for Shown {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("display")?,
            user_name: row.try_get("user_name")?,
            document: document_of(row)?,
        })
    }
}

/// The people `$1` of a connection behind the id `$2`, `$3` of them.
const NEXT: &str = "SELECT id, display, user_name, document FROM person
    WHERE connection_id = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3";

impl Store {
    /// What these choices would change for the people of a connection. It looks at each of them.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn preview_account_choices(
        &self,
        scope: &Scope,
        now: AccountChoices,
        wanted: AccountChoices,
    ) -> Result<AccountPreview, Error> {
        let (mut preview, mut after) = (AccountPreview::default(), String::new());
        loop {
            let people: Vec<Shown> = sqlx::query_as(NEXT)
                .bind(scope.connection_id())
                .bind(&after)
                .bind(i64::try_from(READ).unwrap_or(i64::MAX))
                .fetch_all(self.readers())
                .await?;
            let is_end = people.len() < READ;
            for person in people {
                let Shown { id, name, user_name, document } = person;
                let before = AccountValues { name, user_name, ..AccountValues::of(&document, now) };
                let then = AccountValues::of(&document, wanted);
                let is_first = before != then && preview.changed == 0;
                preview.people += 1;
                preview.changed += u64::from(before != then);
                after.clone_from(&id);
                if is_first || preview.example.is_none() {
                    preview.example = Some(AccountExample { id, before, after: then });
                }
            }
            if is_end {
                return Ok(preview);
            }
        }
    }

    /// The connections with people whose name is to be derived again.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn unfinished_names(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar("SELECT id FROM connection WHERE names_after IS NOT NULL AND deleting IS NULL")
            .fetch_all(self.readers())
            .await?)
    }

    /// One step of deriving the names of a connection's people again. `false`: none is left.
    ///
    /// # Errors
    /// The database's; the step is undone and can be tried again.
    pub async fn continue_names(&self, connection_id: &str) -> Result<bool, Error> {
        let id = connection_id.to_owned();
        self.write(async move |tx| tx.derive_names(&id).await).await
    }
}

impl Tx {
    /// Sets by which choices a connection's people are shown. `false`: no such connection. Where name or userName change by it,
    /// [`Store::continue_names`] does the rest.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn set_account_choices(
        &mut self,
        connection_id: &str,
        choices: AccountChoices,
    ) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET email_choice = $2, name_choice = $3, user_name_choice = $4,
                 names_after = CASE WHEN name_choice = $3 AND user_name_choice = $4 THEN names_after ELSE '' END
             WHERE id = $1 AND deleting IS NULL",
        )
        .bind(connection_id)
        .bind(choices.email.as_str())
        .bind(choices.name.as_str())
        .bind(choices.user_name.as_str())
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Whether these are the choices of a connection, in this transaction.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn has_account_choices(
        &mut self,
        connection_id: &str,
        choices: AccountChoices,
    ) -> Result<bool, Error> {
        let same = "SELECT count(*) > 0 FROM connection
                    WHERE id = $1 AND email_choice = $2 AND name_choice = $3 AND user_name_choice = $4";
        Ok(sqlx::query_scalar(same)
            .bind(connection_id)
            .bind(choices.email.as_str())
            .bind(choices.name.as_str())
            .bind(choices.user_name.as_str())
            .fetch_one(&mut self.conn)
            .await?)
    }

    /// The choices for people of this connection; those of local accounts where there is none. A choice of the transaction
    /// that is under way is not among them yet: the steps after its commit look at everybody.
    pub(crate) fn account_choices(&self, connection_id: Option<&str>) -> AccountChoices {
        let known = connection_id.and_then(|id| self.memory.clients.connection(id));
        known.map(|known| known.choices).unwrap_or_default()
    }

    /// The name that is shown for the person of a document that a connection's client sent.
    pub fn account_name(&self, scope: &Scope, document: &Map<String, Value>) -> String {
        name_of(document, self.account_choices(Some(scope.connection_id())).name)
    }

    /// As many people as a step has time for.
    async fn derive_names(&mut self, connection_id: &str) -> Result<bool, Error> {
        let begun = Instant::now();
        for _ in 0..CHUNKS {
            if begun.elapsed() >= STEP {
                break;
            }
            let found = sqlx::query(
                "SELECT * FROM connection WHERE id = $1 AND names_after IS NOT NULL AND deleting IS NULL",
            )
            .bind(connection_id)
            .fetch_optional(&mut self.conn)
            .await?;
            let Some(row) = found else { return Ok(false) };
            let (after, choices): (String, _) =
                (row.try_get("names_after")?, AccountChoices::from_row(&row)?);
            let people: Vec<Shown> = sqlx::query_as(NEXT)
                .bind(connection_id)
                .bind(after)
                .bind(i64::try_from(ROWS).unwrap_or(i64::MAX))
                .fetch_all(&mut self.conn)
                .await?;
            let last = people.last().filter(|_| people.len() == ROWS).map(|person| person.id.clone());
            self.set_names(connection_id, &other_names(people, choices)).await?;
            sqlx::query("UPDATE connection SET names_after = $2 WHERE id = $1")
                .bind(connection_id)
                .bind(&last)
                .execute(&mut self.conn)
                .await?;
            if last.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives people of a connection that is being deleted the names that local accounts have.
    pub(crate) async fn set_usual_names(&mut self, connection_id: &str, ids: &[String]) -> Result<(), Error> {
        let people: Vec<Shown> = sqlx::query_as(
            "SELECT id, display, user_name, document FROM person WHERE id IN (SELECT value FROM json_each($1))",
        )
        .bind(json_list(ids))
        .fetch_all(&mut self.conn)
        .await?;
        self.set_names(connection_id, &other_names(people, AccountChoices::default())).await
    }

    /// Gives people of a connection the names and userNames that lists show. Their resources do not change.
    pub(crate) async fn set_names(
        &mut self,
        connection_id: &str,
        names: &[(String, AccountValues)],
    ) -> Result<(), Error> {
        if names.is_empty() {
            return Ok(());
        }
        let row = |(id, shown): &(String, AccountValues)| {
            json!([id, shown.name, scim::fold(&shown.name), shown.user_name])
        };
        let rows: Vec<Value> = names.iter().map(row).collect();
        sqlx::query(
            "UPDATE person SET display = json_extract(n.value, '$[1]'), display_fold = json_extract(n.value, '$[2]'),
                 user_name = json_extract(n.value, '$[3]')
             FROM json_each($1) n WHERE person.id = json_extract(n.value, '$[0]')",
        )
        .bind(json!(rows).to_string())
        .execute(&mut self.conn)
        .await?;
        for (id, _) in names {
            self.notify(StoreEvent::Person { connection_id: Some(connection_id.to_owned()), id: id.clone() });
        }
        Ok(())
    }
}

/// Those of these people who are shown otherwise by these choices.
fn other_names(people: Vec<Shown>, choices: AccountChoices) -> Vec<(String, AccountValues)> {
    let names = people.into_iter().filter_map(|person| {
        let shown = AccountValues::of(&person.document, choices);
        let is_same = (&shown.name, &shown.user_name) == (&person.name, &person.user_name);
        (!is_same).then_some((person.id, shown))
    });
    names.collect()
}

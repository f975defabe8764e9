//! People as SCIM resources: local accounts and provisioned people are one table.

use jiff::Timestamp;
use scim::fold;
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::account_values::name_of;
use crate::brake::Removal;
use crate::clock::from_millis;
use crate::document::document_of;
use crate::sql_values::{arguments, json_list};
use crate::tx_connection::{Led, led};
use crate::{AccountChoices, ChangeSource, Error, Role, Scope, Store, StoreEvent, Tx};

/// A person with the whole document.
#[derive(Clone, Debug)]
pub struct Person {
    /// Ours, never a client's.
    pub id: String,
    /// The connection that manages this person.
    pub connection_id: Option<String>,
    /// The name in lists: displayName, or what comes nearest.
    pub display: String,
    /// Whether the person may have access.
    pub active: bool,
    /// What the person may do here.
    pub role: Role,
    /// The normalised SCIM document without id, meta, groups and password.
    pub document: Map<String, Value>,
    /// Grows by one with each change; the ETag.
    pub version: u64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
}

impl FromRow<'_, SqliteRow> for Person {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            display: row.try_get("display")?,
            active: row.try_get("active")?,
            role: Role::from_word(&row.try_get::<String, _>("role")?),
            document: document_of(row)?,
            version: row.try_get::<i64, _>("version")?.try_into().unwrap_or(1),
            created_at: from_millis(row.try_get("created_at")?),
            modified_at: from_millis(row.try_get("modified_at")?),
        })
    }
}

/// The columns that are taken out of a document so that SQL can find a person by them.
pub(crate) struct Columns {
    /// As it is shown; it folds as what was sent.
    pub user_name: String,
    pub external_id: Option<String>,
    pub display: String,
    pub active: bool,
}

impl Columns {
    /// `active` counts where the document does not say.
    pub(crate) fn of(document: &Map<String, Value>, active: bool, choices: AccountChoices) -> Self {
        let text = |name| text_in(document, name).map(str::to_owned);
        Self {
            user_name: choices.user_name.shown(text_in(document, "userName").unwrap_or_default()),
            external_id: text("externalId"),
            display: name_of(document, choices.name),
            active: document.get("active").and_then(Value::as_bool).unwrap_or(active),
        }
    }

    /// The first arguments of a statement about the row with this id: `$1` is the id, `$2` to `$7` are the columns, `$8` is
    /// the document's text and `$9` the time in milliseconds.
    pub(crate) fn arguments(
        &self,
        id: &str,
        text: String,
        now: Timestamp,
    ) -> Result<SqliteArguments, sqlx::Error> {
        arguments!(
            id,
            self.user_name.as_str(),
            fold(&self.user_name),
            self.external_id.as_deref(),
            self.display.as_str(),
            fold(&self.display),
            self.active,
            text,
            now.as_millisecond()
        )
    }
}

/// The text of a single value.
pub(crate) fn text_in<'d>(document: &'d Map<String, Value>, name: &str) -> Option<&'d str> {
    document.get(name).and_then(Value::as_str)
}

/// The e-mail addresses of a person in the order of `email`, in which they are to be written: a trigger adds each of them to
/// the person's row of `directory`.
pub(crate) fn folded_emails(document: &Map<String, Value>) -> Vec<String> {
    let emails = document.get("emails").and_then(Value::as_array);
    let values = emails.into_iter().flatten().filter_map(|email| email.get("value")?.as_str());
    let mut folded: Vec<String> = values.map(fold).collect();
    folded.sort_unstable();
    folded
}

const PERSON: Led = led!("SELECT * FROM person WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL");

impl Store {
    /// The person with this id, if the scope's connection manages them.
    pub async fn person(&self, scope: &Scope, id: &str) -> Result<Option<Person>, Error> {
        Ok(sqlx::query_as("SELECT * FROM person WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL")
            .bind(id)
            .bind(scope.connection_id())
            .fetch_optional(self.readers())
            .await?)
    }

    /// The person with this id, of any connection or none: for the app's own screens.
    pub async fn any_person(&self, id: &str) -> Result<Option<Person>, Error> {
        let found: Option<Person> =
            sqlx::query_as("SELECT * FROM person WHERE id = $1 AND deleted_at IS NULL")
                .bind(id)
                .fetch_optional(self.readers())
                .await?;
        let Some(person) = found else { return Ok(None) };
        Ok(self.leaving().await?.person(person))
    }
}

/// A person who was deleted and still has a tombstone.
#[derive(Clone, Debug)]
pub struct DeletedPerson {
    /// The name in lists.
    pub display: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
}

impl Store {
    /// The person with this id, if it is one who was deleted and still has a tombstone.
    pub async fn deleted_person(&self, id: &str) -> Result<Option<DeletedPerson>, Error> {
        let found: Option<(String, i64)> = sqlx::query_as(
            "SELECT p.display, coalesce(p.deleted_at, c.deleting_at) FROM person p
                 LEFT JOIN connection c ON c.id = p.connection_id AND c.deleting = 'delete'
                 WHERE p.id = $1 AND (p.deleted_at IS NOT NULL OR c.id IS NOT NULL)",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        Ok(found.map(|(display, at)| DeletedPerson { display, deleted_at: from_millis(at) }))
    }
}

impl Tx {
    /// The person with this id, if the scope's connection manages them.
    pub async fn person(&mut self, scope: &Scope, id: &str) -> Result<Option<Person>, Error> {
        let rows = self.conn.fetch_led(&PERSON, arguments!(id, scope.connection_id())?).await?;
        Ok(rows.first().map(Person::from_row).transpose()?)
    }

    /// Deletes a person: all rights and memberships end; a tombstone remains unless the connection's rule is to remove.
    pub async fn delete_person(
        &mut self,
        scope: &Scope,
        person: Person,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        self.note_removals(origin, [Removal::of_access(&person.id, true)]);
        self.delete_person_rows(&person, Some(scope), origin).await?;
        self.notify(StoreEvent::PersonGone { connection_id: person.connection_id, id: person.id });
        Ok(())
    }

    pub(crate) async fn index_emails(
        &mut self,
        id: &str,
        document: &Map<String, Value>,
    ) -> Result<(), Error> {
        sqlx::query(
            "DELETE FROM email WHERE person_id = $1;
             INSERT INTO email (person_id, value_fold) SELECT $1, value FROM json_each($2) WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(json_list(&folded_emails(document)))
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}

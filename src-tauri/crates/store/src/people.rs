//! People as SCIM resources: local accounts and provisioned people are one table.

use jiff::Timestamp;
use scim::{ResourceType, fold};
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::account_values::name_of;
use crate::brake::Removal;
use crate::clock::from_millis;
use crate::document::{document_of, text_of};
use crate::error::Constraint as _;
use crate::journal_value::difference;
use crate::sql_values::{arguments, json_list, more_arguments};
use crate::tx_connection::{Led, led, with_sweep};
use crate::{AccountChoices, ChangeKind, ChangeSource, Error, Role, Scope, Store, StoreEvent, Tx};

/// A person with the whole document.
#[derive(Clone, Debug)]
pub struct Person {
    /// Ours, never a client's.
    pub id: String,
    /// The connection that manages this person.
    pub connection_id: Option<String>,
    /// The name in lists.
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
    pub user_name: String,
    pub external_id: Option<String>,
    pub display: String,
    pub active: bool,
}

impl Columns {
    /// `active` counts where the document does not say.
    pub(crate) fn of(document: &Map<String, Value>, active: bool, choices: AccountChoices) -> Self {
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            user_name: text("userName").unwrap_or_default(),
            external_id: text("externalId"),
            display: name_of(document, choices.name),
            active: document.get("active").and_then(Value::as_bool).unwrap_or(active),
        }
    }

    /// The first arguments of a statement about the row with this id: `$1` is the id, `$2` to `$7` are the columns, `$8` is
    /// the document's text and `$9` the time in milliseconds.
    fn arguments(&self, id: &str, text: String, now: Timestamp) -> Result<SqliteArguments, sqlx::Error> {
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

fn folded_emails(document: &Map<String, Value>) -> Vec<String> {
    let emails = document.get("emails").and_then(Value::as_array);
    emails.into_iter().flatten().filter_map(|email| email.get("value")?.as_str()).map(fold).collect()
}

const PERSON: Led = led!("SELECT * FROM person WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL");

/// A new person: nothing is written where `$17` is false and the name is or was in use.
const CREATE: Led = led!(with_sweep!(
    "INSERT INTO person (id, connection_id, user_name, user_name_fold, external_id, display, display_fold,
     active, role, document, version, created_at, modified_at)
     SELECT $1, $10, $2, $3, $4, $5, $6, $7, 'member', $8, 1, $9, $9
     WHERE $17 OR (NOT EXISTS (SELECT 1 FROM person WHERE user_name_fold = $3 AND deleted_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM person WHERE user_name_fold = $3 AND deleted_at IS NOT NULL))
     RETURNING id;
     INSERT INTO email (person_id, value_fold) SELECT p.id, value FROM person p, json_each($11) WHERE p.id = $1
     ON CONFLICT DO NOTHING;
     INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after)
     SELECT $9, $12, $13, $14, $15, p.id, $16, '{}', $8 FROM person p WHERE p.id = $1"
));

/// A change of the person `$1`: its columns, and the entry of the journal. `$17` is the list of the folded e-mail addresses, NULL
/// where they do not change; `$18` is when the request arrived, where access may end. A column that is not written needs no index and no trigger: most changes are of the document alone.
macro_rules! update_sql {
    ($columns:literal) => {
        led!(with_sweep!(concat!(
            "UPDATE person SET ",
            $columns,
            "document = $8, version = version + 1, modified_at = $9 WHERE id = $1 RETURNING version;
             DELETE FROM email WHERE $17 IS NOT NULL AND person_id = $1;
             INSERT INTO email (person_id, value_fold) SELECT $1, value FROM json_each($17) WHERE true
             ON CONFLICT DO NOTHING;
             INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after,
                 requested_at)
             VALUES ($9, $10, $11, $12, $13, $1, $14, $15, $16, $18)"
        )))
    };
}

const UPDATE: Led = update_sql!(
    "user_name = $2, user_name_fold = $3, external_id = $4, display = $5, display_fold = $6, active = $7, "
);
const UPDATE_ACTIVE: Led = update_sql!("active = $7, ");
const UPDATE_DOCUMENT: Led = update_sql!("");

const RETURN: Led = led!(
    "UPDATE person SET user_name = $2, user_name_fold = $3, external_id = $4, display = $5, display_fold = $6,
     active = $7, document = $8, version = version + 1, modified_at = $9, deleted_at = NULL
     WHERE id = $1 RETURNING *"
);

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

    /// Creates a person. A deleted one returns under the old id where [`Tx::returning`] says so: with the profile of
    /// the request and without the rights and memberships of before.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `userName` when another person in the workspace has it; [`Error::TooLarge`].
    pub async fn create_person(
        &mut self,
        scope: &Scope,
        document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<Person, Error> {
        let columns = Columns::of(&document, true, self.account_choices(Some(scope.connection_id())));
        if let Some(id) = self.returning(scope, &columns, &document).await? {
            return self.return_person(&id, Some(scope.connection_id()), document, origin).await;
        }
        let created = self.insert_person(scope, document, origin, true).await?;
        created.map_err(|_not_written| Error::Sql(sqlx::Error::RowNotFound))
    }

    /// Creates a person whose userName is new. Where another person, a deleted one included, has or had it, nothing is
    /// written, and the document is returned.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub async fn create_person_with_new_name(
        &mut self,
        scope: &Scope,
        document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<Result<Person, Map<String, Value>>, Error> {
        self.insert_person(scope, document, origin, false).await
    }

    /// Writes a person under a new id; `anyway`: also where a deleted one had the userName.
    async fn insert_person(
        &mut self,
        scope: &Scope,
        mut document: Map<String, Value>,
        origin: &ChangeSource,
        anyway: bool,
    ) -> Result<Result<Person, Map<String, Value>>, Error> {
        let names_active = document.contains_key("active");
        // RFC 7643 leaves the default open; a person who was created without it is expected to work.
        document.entry("active").or_insert(Value::Bool(true));
        let text = text_of(&document, None)?;
        let columns = Columns::of(&document, true, self.account_choices(Some(scope.connection_id())));
        let id = self.new_id();
        let emails = json_list(&folded_emails(&document));
        let arguments = more_arguments!(
            columns.arguments(&id, text, self.now())?,
            scope.connection_id(),
            emails,
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref(),
            ResourceType::User.name(),
            ChangeKind::Create.as_str(),
            anyway
        )?;
        let rows = self.conn.fetch_and_sweep(&CREATE, arguments).await.or_constraint()?;
        if rows.is_empty() {
            if !names_active {
                document.shift_remove("active");
            }
            return Ok(Err(document));
        }
        let connection_id = Some(scope.connection_id().to_owned());
        self.notify(StoreEvent::Person { connection_id: connection_id.clone(), id: id.clone() });
        let now = from_millis(self.now().as_millisecond());
        Ok(Ok(Person {
            id,
            connection_id,
            display: columns.display,
            active: columns.active,
            role: Role::Member,
            document,
            version: 1,
            created_at: now,
            modified_at: now,
        }))
    }

    /// Lets a deleted person return, without the rights and memberships of before.
    pub(crate) async fn return_person(
        &mut self,
        id: &str,
        connection_id: Option<&str>,
        mut document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<Person, Error> {
        document.entry("active").or_insert(Value::Bool(true));
        let text = text_of(&document, None)?;
        let columns = Columns::of(&document, true, self.account_choices(connection_id));
        let arguments = columns.arguments(id, text, self.now())?;
        let rows = self.conn.fetch_led(&RETURN, arguments).await.or_constraint()?;
        let person = Person::from_row(rows.first().ok_or(sqlx::Error::RowNotFound)?)?;
        self.index_emails(id, &document).await?;
        // A membership counts when the provider sends it after this; one sent for the tombstone does not.
        self.leave_all_groups(id, origin).await?;
        let (before, after) = (Value::Object(Map::new()), Value::Object(document));
        self.journal(origin, ResourceType::User, id, ChangeKind::Create, &before, &after).await?;
        let connection_id = person.connection_id.clone();
        self.notify(StoreEvent::Person { connection_id, id: id.to_owned() });
        Ok(person)
    }

    /// Gives a person a new document. One that says the same changes nothing: neither version nor time move.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `userName` when another person in the workspace has it; [`Error::TooLarge`].
    pub async fn update_person(
        &mut self,
        person: Person,
        mut document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<Person, Error> {
        // A document without `active` says nothing about access: a leaver is one afterwards, and answers say so.
        document.entry("active").or_insert(person.active.into());
        if person.document == document {
            return Ok(person);
        }
        let text = text_of(&document, Some(&person.document))?;
        let choices = self.account_choices(person.connection_id.as_deref());
        let columns = Columns::of(&document, person.active, choices);
        let kind = match (person.active, columns.active) {
            (true, false) => ChangeKind::Deactivate,
            (false, true) => ChangeKind::Reactivate,
            _ => ChangeKind::Update,
        };
        if kind == ChangeKind::Deactivate {
            self.note_removals(origin, [Removal::of_access(&person.id, false)]);
        }
        let (before, after) = difference(&person.document, &document);
        let emails = (person.document.get("emails") != document.get("emails"))
            .then(|| json_list(&folded_emails(&document)));
        let arguments = more_arguments!(
            columns.arguments(&person.id, text, self.now())?,
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref(),
            ResourceType::User.name(),
            kind.as_str(),
            before.to_string(),
            after.to_string(),
            emails,
            origin.requested_millis().filter(|_| kind.may_end_access())
        )?;
        let previous = Columns::of(&person.document, person.active, choices);
        let has_same_names = columns.user_name == previous.user_name
            && columns.external_id == previous.external_id
            && columns.display == person.display;
        let update = match (has_same_names, columns.active == person.active) {
            (true, true) => &UPDATE_DOCUMENT,
            (true, false) => &UPDATE_ACTIVE,
            (false, _) => &UPDATE,
        };
        let rows = self.conn.fetch_and_sweep(update, arguments).await.or_constraint()?;
        let version: i64 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get("version")?;
        let (connection_id, id) = (person.connection_id.clone(), person.id.clone());
        self.notify(match kind {
            ChangeKind::Deactivate => StoreEvent::PersonGone { connection_id, id },
            _ => StoreEvent::Person { connection_id, id },
        });
        Ok(Person {
            display: columns.display,
            active: columns.active,
            document,
            version: version.try_into().unwrap_or(1),
            modified_at: from_millis(self.now().as_millisecond()),
            ..person
        })
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

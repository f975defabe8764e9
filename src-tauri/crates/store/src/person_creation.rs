//! Creating people. Those that are created in one batch are written together: one statement for each table, whatever their
//! number.

use std::collections::HashSet;
use std::sync::LazyLock;

use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use scim::{ResourceType, fold};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteArguments;
use sqlx::{FromRow as _, Row as _};

use crate::clock::from_millis;
use crate::document::text_of;
use crate::error::Constraint as _;
use crate::people::{Columns, folded_emails};
use crate::sql_values::{json_list, json_pairs, more_arguments, nulls, values};
use crate::task::{as_failure, catch};
use crate::tx_connection::{Led, led};
use crate::write_job::{Caller, Joint, JointOutcome, Write, WriteOutcome, same_kind};
use crate::{AccountChoices, ChangeKind, ChangeSource, Error, Person, Role, Scope, Store, StoreEvent, Tx};

/// How many people are written by one statement at most: 2 to this power.
const SIZES: usize = 6;

/// The statements for up to 1, 2, 4 .. 64 people. Where `anyway` is false, no one is written whose name is or was in use; and
/// in no case one whose name is in use. Those who are not written are returned.
static CREATE: LazyLock<[Led; SIZES + 1]> = LazyLock::new(|| std::array::from_fn(|size| create(1 << size)));

fn create(people: usize) -> Led {
    let (rows, changes) = (values(people, 10), values(people, 5));
    Led::with_sweep(&format!(
        "WITH made (id, connection_id, user_name, user_name_fold, external_id, display, display_fold, active, document, at)
         AS ({rows})
         INSERT INTO person (id, connection_id, user_name, user_name_fold, external_id, display, display_fold, active, role,
             document, version, created_at, modified_at, changed_at)
         SELECT id, connection_id, user_name, user_name_fold, external_id, display, display_fold, active, 'member',
             document, 1, at, at, at
         FROM made WHERE id IS NOT NULL AND (?
             OR (NOT EXISTS (SELECT 1 FROM person p WHERE p.user_name_fold = made.user_name_fold AND p.deleted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM person p WHERE p.user_name_fold = made.user_name_fold AND p.deleted_at IS NOT NULL)))
         ON CONFLICT DO NOTHING;
         INSERT INTO email (person_id, value_fold)
         SELECT p.id, e.value ->> 1 FROM json_each(?) e CROSS JOIN person p WHERE p.id = e.value ->> 0
         ON CONFLICT DO NOTHING;
         WITH made (id, at, connection_id, activity_id, actor) AS ({changes})
         INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after)
         SELECT made.at, made.connection_id, made.activity_id, made.actor, '{user}', p.id, '{kind}', '{{}}', p.document
         FROM made CROSS JOIN person p WHERE p.id = made.id;
         SELECT value AS id FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = value)",
        user = ResourceType::User.name(),
        kind = ChangeKind::Create.as_str(),
    ))
}

const RETURN: Led = led!(
    "UPDATE person SET user_name = $2, user_name_fold = $3, external_id = $4, display = $5, display_fold = $6,
     active = $7, document = $8, version = version + 1, modified_at = max(modified_at, $9), deleted_at = NULL
     WHERE id = $1 RETURNING *"
);

/// A person who is not written yet.
struct NewPerson {
    connection_id: String,
    document: Map<String, Value>,
    names_active: bool,
    text: String,
    columns: Columns,
    /// By which `columns` were made.
    choices: AccountChoices,
    origin: ChangeSource,
}

impl NewPerson {
    fn of(
        scope: &Scope,
        mut document: Map<String, Value>,
        origin: &ChangeSource,
        choices: AccountChoices,
    ) -> Result<Self, Error> {
        let names_active = document.contains_key("active");
        // RFC 7643 leaves the default open; a person who was created without it is expected to work.
        document.entry("active").or_insert(Value::Bool(true));
        Ok(Self {
            connection_id: scope.connection_id().to_owned(),
            names_active,
            text: text_of(&document, None)?,
            columns: Columns::of(&document, true, choices),
            choices,
            document,
            origin: origin.clone(),
        })
    }

    /// The choices may have changed since the request was read.
    fn follow(&mut self, choices: AccountChoices) {
        if self.choices != choices {
            self.columns = Columns::of(&self.document, true, choices);
            self.choices = choices;
        }
    }

    /// The document as it was sent.
    fn into_document(mut self) -> Map<String, Value> {
        if !self.names_active {
            self.document.shift_remove("active");
        }
        self.document
    }

    fn written(self, id: String, at: Timestamp) -> Person {
        let at = from_millis(at.as_millisecond());
        Person {
            id,
            connection_id: Some(self.connection_id),
            display: self.columns.display,
            active: self.columns.active,
            role: Role::Member,
            document: self.document,
            version: 1,
            created_at: at,
            modified_at: at,
        }
    }
}

/// How [`Store::create_person`] ended.
#[derive(Debug)]
pub enum Creation<T> {
    /// The person is new.
    New(Person),
    /// What the caller's own work answered.
    Other(T),
}

/// What follows a create: with the person who is written, or with the document where nothing is.
type OnCreated = Box<dyn FnOnce(Result<Person, Map<String, Value>>) -> WriteOutcome + Send>;

/// A create that waits for its batch.
struct Create {
    person: NewPerson,
    then: OnCreated,
}

impl Store {
    /// Creates a person of the scope's connection. People who are created at the same time are written together. Where another
    /// person, a deleted one included, has or had the userName, and where the database refuses them together, `otherwise`
    /// decides in the transaction what is done with the document.
    ///
    /// # Errors
    /// [`Error::TooLarge`], and those of [`Store::write_for`].
    pub async fn create_person<T, E, F>(
        &self,
        scope: &Scope,
        document: Map<String, Value>,
        origin: &ChangeSource,
        otherwise: F,
    ) -> Result<Creation<T>, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx, Map<String, Value>) -> Result<T, E> + Send + 'static,
    {
        let known = self.known_connection(scope.connection_id());
        let choices = known.map(|known| known.choices).unwrap_or_default();
        let person = NewPerson::of(scope, document, origin, choices)?;
        let (caller, answered) = Caller::new();
        let scope = scope.clone();
        let then = move |written: Result<Person, Map<String, Value>>| match written {
            Ok(person) => WriteOutcome::Written(caller.complete(Ok(Ok(Creation::New(person))))),
            Err(document) => WriteOutcome::Single(caller.job(async move |tx: &mut Tx| {
                let work = async move |tx: &mut Tx| otherwise(tx, document).await.map(Creation::Other);
                tx.for_client(&scope, work).await
            })),
        };
        let create = Create { person, then: Box::new(then) };
        let done: Result<Result<Creation<T>, E>, E> =
            self.0.writer.send(Write::Joint(Box::new(create)), answered).await;
        done.flatten()
    }
}

impl Joint for Create {
    fn run(self: Box<Self>, others: Vec<Box<dyn Joint>>, tx: &mut Tx) -> LocalBoxFuture<'_, JointOutcome> {
        Box::pin(create_all(tx, same_kind(self, others)))
    }
}

/// Writes all who are new. Should that fail, each is left to be done by itself, and so are those whose name is known.
async fn create_all(tx: &mut Tx, mut creates: Vec<Create>) -> JointOutcome {
    for Create { person, .. } in &mut creates {
        person.follow(tx.account_choices(Some(&person.connection_id)));
    }
    let ids: Vec<String> = creates.iter().map(|_| tx.new_id()).collect();
    let is_for_removals = tx.has_room_for_removals_alone();
    let rows: Vec<(&str, &NewPerson)> = ids
        .iter()
        .map(String::as_str)
        .zip(creates.iter().map(|create| &create.person))
        .filter(|(_, person)| !is_for_removals && tx.admits_client(&person.connection_id).is_ok())
        .collect();
    let (written, failure) = match tx.insert_people(&rows, false).await {
        Ok(written) => {
            tx.conn.next_write();
            (written, None)
        }
        Err(_) => (HashSet::new(), tx.undo().await.err()),
    };
    let mut outcomes = Vec::with_capacity(creates.len());
    for (id, Create { person, then }) in ids.into_iter().zip(creates) {
        outcomes.push(then(if written.contains(&id) {
            Ok(tx.announce(person, id))
        } else {
            Err(person.into_document())
        }));
    }
    JointOutcome { outcomes, failure }
}

impl Tx {
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
        let choices = self.account_choices(Some(scope.connection_id()));
        let person = NewPerson::of(scope, document, origin, choices)?;
        if let Some(id) = self.returning(scope, &person.columns, &person.document).await? {
            return self.return_person(&id, Some(scope.connection_id()), person.document, origin).await;
        }
        let id = self.new_id();
        let written = self.insert_people(&[(&id, &person)], true).await.or_constraint()?;
        if !written.contains(&id) {
            return Err(Error::Duplicate("userName"));
        }
        Ok(self.announce(person, id))
    }

    /// Writes people under these ids. Answers which are written: no one whose name is in use, nor, unless `anyway`, was.
    async fn insert_people(
        &mut self,
        people: &[(&str, &NewPerson)],
        anyway: bool,
    ) -> Result<HashSet<String>, sqlx::Error> {
        let mut written: HashSet<String> = people.iter().map(|(id, _)| (*id).to_owned()).collect();
        for people in people.chunks(1 << SIZES) {
            let size = people.len().next_power_of_two().trailing_zeros() as usize;
            let create = CREATE.get(size).ok_or(sqlx::Error::RowNotFound)?;
            let at = self.now();
            let arguments =
                catch("write", || creation(people, anyway, at, 1 << size)).map_err(as_failure)??;
            for row in self.conn.fetch_and_sweep(create, arguments).await? {
                written.remove(&row.try_get::<String, _>("id")?);
            }
        }
        Ok(written)
    }

    fn announce(&mut self, person: NewPerson, id: String) -> Person {
        let person = person.written(id, self.now());
        self.notify(StoreEvent::Person {
            connection_id: person.connection_id.clone(),
            id: person.id.clone(),
        });
        person
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
}

/// The arguments of the statement for up to so many people.
fn creation(
    people: &[(&str, &NewPerson)],
    anyway: bool,
    at: Timestamp,
    size: usize,
) -> Result<SqliteArguments, sqlx::Error> {
    let at = at.as_millisecond();
    let mut arguments = SqliteArguments::default();
    for (id, person) in people {
        let columns = &person.columns;
        arguments = more_arguments!(
            arguments,
            *id,
            person.connection_id.as_str(),
            columns.user_name.as_str(),
            fold(&columns.user_name),
            columns.external_id.as_deref(),
            columns.display.as_str(),
            fold(&columns.display),
            columns.active,
            person.text.as_str(),
            at
        )?;
    }
    arguments = nulls(arguments, (size - people.len()) * 10)?;
    let emails = people.iter().map(|(id, person)| (*id, folded_emails(&person.document)));
    arguments = more_arguments!(arguments, anyway, json_pairs(emails))?;
    for (id, person) in people {
        let origin = &person.origin;
        arguments = more_arguments!(
            arguments,
            *id,
            at,
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref()
        )?;
    }
    arguments = nulls(arguments, (size - people.len()) * 5)?;
    let ids: Vec<String> = people.iter().map(|(id, _)| (*id).to_owned()).collect();
    more_arguments!(arguments, json_list(&ids))
}

//! Changing a person's document. Changes of different people that wait together are read and written together.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use scim::{ResourceType, fold};
use serde_json::{Map, Value};
use sqlx::Row as _;
use sqlx::sqlite::SqliteArguments;

use crate::brake::Removal;
use crate::clock::from_millis;
use crate::document::text_of;
use crate::error::Constraint as _;
use crate::journal_value::difference;
use crate::people::{Columns, folded_emails, text_in};
use crate::sql_values::{json_list, json_pairs, more_arguments, nulls, values};
use crate::task::{as_failure, catch};
use crate::tx_connection::Led;
use crate::{AccountChoices, ChangeKind, ChangeSource, Error, Person, StoreEvent, Tx};

/// How many people are changed by one statement at most: 2 to this power.
const SIZES: usize = 6;

type Sizes = LazyLock<[Led; SIZES + 1]>;

/// The statements for up to 1, 2, 4 .. 64 people. A column that is not written needs no index and no trigger: most changes are
/// of the document alone. The version of each person is returned, as an object by id.
static CHANGE_DOCUMENT: Sizes = LazyLock::new(|| std::array::from_fn(|size| change("", 1 << size)));
static CHANGE_ACTIVE: Sizes =
    LazyLock::new(|| std::array::from_fn(|size| change("active = changed.active, ", 1 << size)));

/// Writes the columns that people are found by, too: of one person, whose new name may be in use.
static RENAME: LazyLock<Led> = LazyLock::new(|| {
    let columns = "user_name = ?, user_name_fold = ?, external_id = ?, display = ?, display_fold = ?, ";
    change(&format!("{columns}active = changed.active, "), 1)
});

fn change(columns: &str, people: usize) -> Led {
    let (rows, changes) = (values(people, 4), values(people, 9));
    Led::with_sweep(&format!(
        "WITH changed (id, active, document, at) AS ({rows})
         UPDATE person SET {columns}document = changed.document, version = version + 1,
             modified_at = max(person.modified_at, changed.at), changed_at = changed.at
         FROM changed WHERE person.id = changed.id;
         DELETE FROM email WHERE person_id IN (SELECT value FROM json_each(?));
         INSERT INTO email (person_id, value_fold) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING;
         WITH made (id, at, connection_id, activity_id, actor, kind, before, after, requested_at) AS ({changes})
         INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after, requested_at)
         SELECT at, connection_id, activity_id, actor, '{user}', id, kind, before, after, requested_at FROM made
         WHERE id IS NOT NULL;
         SELECT json_group_object(p.id, p.version) AS versions FROM json_each(?) i CROSS JOIN person p WHERE p.id = i.value",
        user = ResourceType::User.name(),
    ))
}

/// A change of a person, which is not written yet.
pub(crate) struct PreparedChange {
    person: Person,
    document: Map<String, Value>,
    text: String,
    columns: Columns,
    kind: ChangeKind,
    /// The journal's two sides.
    before: String,
    after: String,
    changes_emails: bool,
    /// A column by which people are found changes.
    pub renames: bool,
}

/// A document that says something else than the person's, or the person who needs no change.
pub(crate) enum Preparation {
    Change(Box<PreparedChange>),
    Nothing(Person),
}

impl Preparation {
    /// # Errors
    /// [`Error::TooLarge`].
    pub(crate) fn of(
        person: Person,
        mut document: Map<String, Value>,
        choices: AccountChoices,
    ) -> Result<Self, Error> {
        // A document without `active` says nothing about access: a leaver is one afterwards, and answers say so.
        document.entry("active").or_insert(person.active.into());
        if person.document == document {
            return Ok(Self::Nothing(person));
        }
        let text = text_of(&document, Some(&person.document))?;
        let columns = Columns::of(&document, person.active, choices);
        let kind = match (person.active, columns.active) {
            (true, false) => ChangeKind::Deactivate,
            (false, true) => ChangeKind::Reactivate,
            _ => ChangeKind::Update,
        };
        let (before, after) = difference(&person.document, &document);
        let is_same = |name: &str| text_in(&person.document, name) == text_in(&document, name);
        let has_same_names =
            is_same("userName") && is_same("externalId") && columns.display == person.display;
        Ok(Self::Change(Box::new(PreparedChange {
            text,
            kind,
            before: before.to_string(),
            after: after.to_string(),
            changes_emails: person.document.get("emails") != document.get("emails"),
            renames: !has_same_names,
            columns,
            // The former document is in `before`, and needed no longer.
            person: Person { document: Map::new(), ..person },
            document,
        })))
    }
}

impl PreparedChange {
    /// The person's id.
    pub(crate) fn id(&self) -> &str {
        &self.person.id
    }

    fn changes_active(&self) -> bool {
        self.columns.active != self.person.active
    }

    /// A clock that was set back does not set the time of the person back.
    fn written(self, version: i64, at: Timestamp) -> Person {
        let modified_at = from_millis(at.as_millisecond()).max(self.person.modified_at);
        Person {
            display: self.columns.display,
            active: self.columns.active,
            document: self.document,
            version: version.try_into().unwrap_or(1),
            modified_at,
            ..self.person
        }
    }
}

impl Tx {
    /// Gives a person a new document. One that says the same changes nothing: neither version nor time move.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `userName` when another person in the workspace has it; [`Error::TooLarge`].
    pub async fn update_person(
        &mut self,
        person: Person,
        document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<Person, Error> {
        let choices = self.account_choices(person.connection_id.as_deref());
        match Preparation::of(person, document, choices)? {
            Preparation::Nothing(person) => Ok(person),
            Preparation::Change(change) => {
                if change.kind == ChangeKind::Deactivate {
                    self.note_removals(origin, [Removal::of_access(change.id(), false)]);
                }
                self.write_change(*change, origin).await
            }
        }
    }

    /// Writes a change by itself.
    pub(crate) async fn write_change(
        &mut self,
        change: PreparedChange,
        origin: &ChangeSource,
    ) -> Result<Person, Error> {
        let versions = self.write_changes(&[(&change, origin)]).await.or_constraint()?;
        let version = versions.get(&change.person.id).copied().ok_or(sqlx::Error::RowNotFound)?;
        Ok(self.announce_change(change, version))
    }

    /// Writes changes of different people, and answers their versions by id.
    pub(crate) async fn write_changes(
        &mut self,
        changes: &[(&PreparedChange, &ChangeSource)],
    ) -> Result<HashMap<String, i64>, sqlx::Error> {
        let (renames, others): (Vec<_>, Vec<_>) =
            changes.iter().copied().partition(|(change, _)| change.renames);
        let (active, document): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(change, _)| change.changes_active());
        let mut versions = HashMap::new();
        for rename in renames {
            self.write_some(&RENAME, &[rename], 1, &mut versions).await?;
        }
        for (sizes, changes) in [(&CHANGE_ACTIVE, active), (&CHANGE_DOCUMENT, document)] {
            for changes in changes.chunks(1 << SIZES) {
                let size = changes.len().next_power_of_two();
                let statement = sizes.get(size.trailing_zeros() as usize).ok_or(sqlx::Error::RowNotFound)?;
                self.write_some(statement, changes, size, &mut versions).await?;
            }
        }
        Ok(versions)
    }

    /// Writes changes by a statement for up to so many people.
    async fn write_some(
        &mut self,
        statement: &Led,
        changes: &[(&PreparedChange, &ChangeSource)],
        size: usize,
        versions: &mut HashMap<String, i64>,
    ) -> Result<(), sqlx::Error> {
        let at = self.now();
        let arguments = catch("write", || change_arguments(changes, size, at)).map_err(as_failure)??;
        let rows = self.conn.fetch_and_sweep(statement, arguments).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let found: HashMap<String, i64> = serde_json::from_str(row.try_get("versions")?)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        versions.extend(found);
        Ok(())
    }

    /// Announces a change that is written, and answers the person after it.
    pub(crate) fn announce_change(&mut self, change: PreparedChange, version: i64) -> Person {
        let is_gone = change.kind == ChangeKind::Deactivate;
        let person = change.written(version, self.now());
        let (connection_id, id) = (person.connection_id.clone(), person.id.clone());
        self.notify(if is_gone {
            StoreEvent::PersonGone { connection_id, id }
        } else {
            StoreEvent::Person { connection_id, id }
        });
        person
    }
}

/// The arguments of the statement for up to so many people, or of the one that renames.
fn change_arguments(
    changes: &[(&PreparedChange, &ChangeSource)],
    size: usize,
    at: Timestamp,
) -> Result<SqliteArguments, sqlx::Error> {
    let at = at.as_millisecond();
    let mut arguments = SqliteArguments::default();
    for (change, _) in changes {
        let (id, text) = (change.person.id.as_str(), change.text.as_str());
        arguments = more_arguments!(arguments, id, change.columns.active, text, at)?;
    }
    arguments = nulls(arguments, (size - changes.len()) * 4)?;
    for (PreparedChange { columns, .. }, _) in changes.iter().filter(|(change, _)| change.renames) {
        arguments = more_arguments!(
            arguments,
            columns.user_name.as_str(),
            fold(&columns.user_name),
            columns.external_id.as_deref(),
            columns.display.as_str(),
            fold(&columns.display)
        )?;
    }
    let all = || changes.iter().map(|(change, _)| *change);
    let with_emails = || all().filter(|change| change.changes_emails);
    let emails = with_emails().map(|change| (change.person.id.as_str(), folded_emails(&change.document)));
    arguments = more_arguments!(arguments, ids(with_emails()), json_pairs(emails))?;
    for (change, origin) in changes {
        arguments = more_arguments!(
            arguments,
            change.person.id.as_str(),
            at,
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref(),
            change.kind.as_str(),
            change.before.as_str(),
            change.after.as_str(),
            origin.requested_millis().filter(|_| change.kind.may_end_access())
        )?;
    }
    arguments = nulls(arguments, (size - changes.len()) * 9)?;
    more_arguments!(arguments, ids(all()))
}

fn ids<'c>(changes: impl Iterator<Item = &'c PreparedChange>) -> String {
    json_list(&changes.map(|change| change.person.id.clone()).collect::<Vec<_>>())
}

//! A person as a line of a list and as a line of an export.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::observe_first::withheld_of;
use crate::sql_values::unsigned;
use crate::{ChangeKind, Person, Role, Withheld};

/// A person as a line of a list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person's id.
    pub id: String,
    /// The connection that manages this person.
    pub connection_id: Option<String>,
    /// The name in lists.
    pub display: String,
    /// The userName, as it is shown.
    pub user_name: String,
    /// Whether the person may have access.
    pub active: bool,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
    /// What is withheld until an Admin lets the person through.
    pub withheld: Option<Withheld>,
    /// What the person may do here.
    pub role: Role,
    /// When anything of it last changed that is shown.
    pub changed_at: Timestamp,
    /// What the newest change was.
    pub last_change: Option<LastChange>,
    /// The first by name of the groups that the person is in directly.
    pub first_group: Option<String>,
    /// How many those are.
    pub groups: u64,
}

impl FromRow<'_, SqliteRow> for PersonRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            display: row.try_get("display")?,
            user_name: row.try_get("user_name")?,
            active: row.try_get("active")?,
            blocked: row.try_get::<Option<i64>, _>("blocked_at")?.is_some(),
            withheld: withheld_of(row)?,
            role: Role::from_word(&row.try_get::<String, _>("role")?),
            changed_at: from_millis(row.try_get("changed_at")?),
            last_change: LastChange::of(row)?,
            first_group: row.try_get("first_group")?,
            groups: unsigned(row.try_get("group_count")?),
        })
    }
}

/// What the newest change of a person was, and who or what made it.
#[derive(Clone, Debug)]
pub struct LastChange {
    /// What kind.
    pub kind: ChangeKind,
    /// The connection whose provider asked for it.
    pub connection_id: Option<String>,
    /// The person here who did it.
    pub actor: Option<String>,
    /// That person's name; none once they are deleted.
    pub actor_name: Option<String>,
}

impl LastChange {
    fn of(row: &SqliteRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(kind) = row.try_get::<Option<String>, _>("last_change")? else { return Ok(None) };
        Ok(Some(Self {
            kind: ChangeKind::of(&kind),
            connection_id: row.try_get("change_connection")?,
            actor: row.try_get("change_actor")?,
            actor_name: row.try_get("change_actor_name")?,
        }))
    }
}

/// A person with everything that an export tells. Credentials are not among it.
#[derive(Clone, Debug)]
pub struct PersonExport {
    /// The person.
    pub person: Person,
    /// The userName, as it is shown.
    pub user_name: String,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
    /// What is withheld until an Admin lets the person through.
    pub withheld: Option<Withheld>,
    /// The groups that the person is in directly, by name.
    pub groups: Vec<String>,
    /// When anything of it last changed that is shown.
    pub changed_at: Timestamp,
    /// What the newest change was.
    pub last_change: Option<LastChange>,
}

impl FromRow<'_, SqliteRow> for PersonExport {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let groups: String = row.try_get("groups")?;
        Ok(Self {
            person: Person::from_row(row)?,
            user_name: row.try_get("user_name")?,
            blocked: row.try_get::<Option<i64>, _>("blocked_at")?.is_some(),
            withheld: withheld_of(row)?,
            groups: serde_json::from_str(&groups).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            changed_at: from_millis(row.try_get("changed_at")?),
            last_change: LastChange::of(row)?,
        })
    }
}

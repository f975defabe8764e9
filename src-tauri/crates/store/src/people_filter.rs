//! Which people of the workspace: filters, orders and bulk selections as conditions over the narrow rows of the
//! `directory` table.

use jiff::Timestamp;
use scim::fold;
use sqlx::Arguments as _;
use sqlx::sqlite::SqliteArguments;

use crate::pending_deletions::PendingDeletions;
use crate::sql_values::json_list;
use crate::{Error, Role};

/// Which people.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// A part of a name, userName, e-mail address or externalId, without regard to case; empty: everybody.
    pub search: String,
    /// In this state only.
    pub status: Option<PersonStatus>,
    /// Of this connection; an empty text: local accounts.
    pub source: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// Direct members of this group.
    pub group_id: Option<String>,
    /// Changed at this time or later.
    pub changed_since: Option<Timestamp>,
}

/// Which people, in which order.
#[derive(Clone, Debug, Default)]
pub struct PeopleQuery {
    /// Which.
    pub filter: PeopleFilter,
    /// The order.
    pub sort: PeopleSort,
    /// The order goes down.
    pub descending: bool,
    /// How many matches to pass over.
    pub offset: u64,
    /// How many rows at most.
    pub limit: u64,
}

/// People chosen in a list, or for a bulk action.
#[derive(Clone, Debug)]
pub enum PeopleChoice {
    /// These.
    Ids(Vec<String>),
    /// Everybody who matches, except these.
    Matching(PeopleFilter, Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum PersonStatus {
    /// May have access.
    Active,
    /// Deactivated.
    Deactivated,
    /// Barred from signing in by an Admin here.
    Blocked,
    /// Sign-in or a role is withheld until an Admin lets the person through.
    Withheld,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PeopleSort {
    /// The name in lists.
    #[default]
    Name,
    /// The userName.
    UserName,
    /// The time of the last change.
    Changed,
}

impl PeopleSort {
    pub(crate) fn column(self, leaving: &PendingDeletions) -> &'static str {
        match self {
            Self::Name => "d.display_fold",
            Self::UserName => "d.user_name_fold",
            Self::Changed => Columns::of(leaving).changed,
        }
    }
}

/// A condition over `directory d` with what its `?` stand for.
pub(crate) struct Condition {
    sql: Vec<String>,
    pub(crate) binds: SqliteArguments,
}

/// What is asked of a row. While connections are being deleted, that is what their deletion makes of it.
struct Columns {
    source: &'static str,
    active: &'static str,
    role: &'static str,
    changed: &'static str,
}

impl Columns {
    fn of(leaving: &PendingDeletions) -> Self {
        if leaving.is_empty() { AS_MOST_CYCLES } else { AS_LEAVING }
    }
}

const AS_MOST_CYCLES: Columns =
    Columns { source: "d.connection_id", active: "d.active", role: "d.role", changed: "d.changed_at" };
const AS_LEAVING: Columns = Columns {
    source: "CASE WHEN d.connection_id NOT IN (SELECT id FROM connection WHERE deleting IS NOT NULL)
             THEN d.connection_id END",
    active: "(d.active = 1 AND (d.connection_id IS NULL
             OR d.connection_id NOT IN (SELECT id FROM connection WHERE deleting = 'deactivate')))",
    role: "CASE WHEN d.connection_id IN (SELECT id FROM connection WHERE deleting IS NOT NULL)
           THEN 'member' ELSE d.role END",
    changed: "max(d.changed_at, coalesce((SELECT c.deleting_at FROM connection c
              WHERE c.id = d.connection_id AND c.deleting IS NOT NULL), 0))",
};
/// Who is deleted with their connection.
const NOT_GONE: &str = "(d.connection_id IS NULL
    OR d.connection_id NOT IN (SELECT id FROM connection WHERE deleting = 'delete'))";

impl Condition {
    fn new() -> Self {
        Self { sql: vec!["1".to_owned()], binds: SqliteArguments::default() }
    }

    fn also(&mut self, sql: impl Into<String>) {
        self.sql.push(sql.into());
    }

    pub(crate) fn with(&mut self, sql: impl Into<String>, text: impl Into<String>) -> Result<(), Error> {
        self.also(sql);
        bound(self.binds.add(text.into()))
    }

    pub(crate) fn sql(&self) -> String {
        self.sql.join(" AND ")
    }
}

pub(crate) fn bound(added: Result<(), sqlx::error::BoxDynError>) -> Result<(), Error> {
    added.map_err(|error| Error::from(sqlx::Error::Encode(error)))
}

impl PeopleFilter {
    /// `counting`: every row is looked at anyway, so that the index of times would only cost a second look at each.
    pub(crate) fn condition(&self, counting: bool, leaving: &PendingDeletions) -> Result<Condition, Error> {
        let mut all = Condition::new();
        let Columns { source, active, role, changed } = Columns::of(leaving);
        if !leaving.is_empty() {
            all.also(NOT_GONE);
        }
        match self.status {
            None => {}
            Some(PersonStatus::Active) => all.also(format!("{active} = 1")),
            Some(PersonStatus::Deactivated) => all.also(format!("{active} = 0")),
            Some(PersonStatus::Blocked) => all.also("d.blocked = 1"),
            Some(PersonStatus::Withheld) => all.also("d.person_id IN (SELECT person_id FROM withheld)"),
        }
        match self.source.as_deref() {
            None => {}
            Some("") => all.also(format!("{source} IS NULL")),
            Some(connection_id) => all.with(format!("{source} = ?"), connection_id)?,
        }
        if let Some(wanted) = self.role {
            all.with(format!("{role} = ?"), wanted.as_str())?;
        }
        if let Some(group_id) = &self.group_id {
            let member = "EXISTS (SELECT 1 FROM member m WHERE m.group_id = ? AND m.member_id = d.person_id)";
            all.with(member, group_id)?;
        }
        if let Some(since) = self.changed_since {
            all.also(format!("{}{changed} >= ?", if counting { "+" } else { "" }));
            bound(all.binds.add(since.as_millisecond()))?;
        }
        if !self.search.trim().is_empty() {
            all.with("instr(d.text, ?) > 0", fold(self.search.trim()))?;
        }
        Ok(all)
    }
}

impl PeopleChoice {
    pub(crate) fn condition(&self, leaving: &PendingDeletions) -> Result<Condition, Error> {
        match self {
            Self::Ids(ids) => {
                let mut those = PeopleFilter::default().condition(true, leaving)?;
                those.with("d.person_id IN (SELECT value FROM json_each(?))", json_list(ids))?;
                Ok(those)
            }
            Self::Matching(filter, except) => {
                let mut others = filter.condition(true, leaving)?;
                others.with("d.person_id NOT IN (SELECT value FROM json_each(?))", json_list(except))?;
                Ok(others)
            }
        }
    }
}

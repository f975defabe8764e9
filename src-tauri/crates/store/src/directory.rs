//! The people of the whole workspace for the screens: which of them, in which order, a window, a place by letters, and
//! everything that an export tells. Looks go through the narrow rows of the directory table; only the people of the
//! window are read whole.

use jiff::Timestamp;
use scim::fold;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, FromRow, Row as _};

use crate::clock::from_millis;
use crate::members::list;
use crate::pending_deletions::PendingDeletions;
use crate::search::{signed, unsigned};
use crate::{ChangeKind, Error, Person, Role, Store};

/// A person as a line of a list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person's id.
    pub id: String,
    /// The connection that manages this person.
    pub connection_id: Option<String>,
    /// The name in lists.
    pub display: String,
    /// The userName.
    pub user_name: String,
    /// Whether the person may have access.
    pub active: bool,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
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

/// People that somebody chose.
#[derive(Clone, Debug)]
pub enum PeopleChoice {
    /// These.
    Ids(Vec<String>),
    /// Everybody who matches, except these.
    Matching(PeopleFilter, Vec<String>),
}

/// A person's state, as lists filter by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonStatus {
    /// May have access.
    Active,
    /// Deactivated.
    Deactivated,
    /// Barred from signing in by an Admin here.
    Blocked,
}

/// What people are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    fn column(self, leaving: &PendingDeletions) -> &'static str {
        match self {
            Self::Name => "d.display_fold",
            Self::UserName => "d.user_name_fold",
            Self::Changed => Columns::of(leaving).changed,
        }
    }
}

/// Where typed letters lead.
#[derive(Clone, Debug)]
pub struct PersonPosition {
    /// The row's place in the whole list.
    pub index: u64,
    /// The row.
    pub row: PersonRow,
    /// It begins with the letters; otherwise it is the next one, or the last.
    pub begins: bool,
}

/// A person with everything that an export tells. What signs somebody in is not among it.
#[derive(Clone, Debug)]
pub struct PersonExport {
    /// The person.
    pub person: Person,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
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
            blocked: row.try_get::<Option<i64>, _>("blocked_at")?.is_some(),
            groups: serde_json::from_str(&groups).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            changed_at: from_millis(row.try_get("changed_at")?),
            last_change: LastChange::of(row)?,
        })
    }
}

/// A condition over `directory d` with what its `?` stand for.
struct Condition {
    sql: Vec<String>,
    binds: SqliteArguments,
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
        if leaving.is_empty() { AS_KEPT } else { AS_LEAVING }
    }
}

const AS_KEPT: Columns =
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

    fn with(&mut self, sql: impl Into<String>, text: impl Into<String>) -> Result<(), Error> {
        self.also(sql);
        bound(self.binds.add(text.into()))
    }

    fn sql(&self) -> String {
        self.sql.join(" AND ")
    }
}

fn bound(added: Result<(), sqlx::error::BoxDynError>) -> Result<(), Error> {
    added.map_err(|error| Error::Sql(sqlx::Error::Encode(error)))
}

impl PeopleFilter {
    /// `counting`: every row is looked at anyway, so that the index of times would only cost a second look at each.
    fn condition(&self, counting: bool, leaving: &PendingDeletions) -> Result<Condition, Error> {
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
    fn condition(&self, leaving: &PendingDeletions) -> Result<Condition, Error> {
        match self {
            Self::Ids(ids) => {
                let mut those = PeopleFilter::default().condition(true, leaving)?;
                those.with("d.person_id IN (SELECT value FROM json_each(?))", list(ids))?;
                Ok(those)
            }
            Self::Matching(filter, except) => {
                let mut others = filter.condition(true, leaving)?;
                others.with("d.person_id NOT IN (SELECT value FROM json_each(?))", list(except))?;
                Ok(others)
            }
        }
    }
}

/// What the newest change `n` of a person was.
macro_rules! changed {
    () => {
        "n.kind AS last_change, n.connection_id AS change_connection, n.actor AS change_actor,
         (SELECT a.display FROM person a WHERE a.id = n.actor AND a.deleted_at IS NULL) AS change_actor_name"
    };
}

/// Joins the newest change `n` of a person `p`.
macro_rules! newest {
    () => {
        " LEFT JOIN change n ON n.id = (SELECT max(c.id) FROM change c WHERE c.resource_id = p.id)"
    };
}

/// What a line tells beside the person's own row. It is asked for the people of a window alone.
macro_rules! line {
    () => {
        concat!(
            "p.*, ",
            changed!(),
            ", (SELECT g.display FROM member m JOIN scim_group g ON g.id = m.group_id
          WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL
          ORDER BY g.display_fold, g.id LIMIT 1) AS first_group,
         (SELECT count(*) FROM member m JOIN scim_group g ON g.id = m.group_id
          WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL) AS group_count"
        )
    };
}

/// How many people of an export are read at once.
const CHUNK: u64 = 500;

impl Store {
    /// A window of the workspace's people, with the count of all matches.
    pub async fn people(&self, query: &PeopleQuery) -> Result<(Vec<PersonRow>, u64), Error> {
        // The window is found in the narrow rows; only its own people are read whole.
        let leaving = self.leaving().await?;
        let rows = self.window(query, &leaving, query.offset, query.limit).await?;
        // A window that is not full holds the last match, so that its place is the count: most searches look through
        // the rows once. A full one ended early.
        let found = rows.len() as u64;
        if found < query.limit && (found > 0 || query.offset == 0) {
            return Ok((rows, query.offset + found));
        }
        let counted = query.filter.condition(true, &leaving)?;
        let count = format!("SELECT count(*) FROM directory d WHERE {}", counted.sql());
        let total: i64 =
            sqlx::query_scalar_with(AssertSqlSafe(count), counted.binds).fetch_one(self.readers()).await?;
        Ok((rows, unsigned(total)))
    }

    async fn window(
        &self,
        query: &PeopleQuery,
        leaving: &PendingDeletions,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<PersonRow>, Error> {
        let mut found = query.filter.condition(false, leaving)?;
        let (matching, column) = (found.sql(), query.sort.column(leaving));
        let way = if query.descending { "DESC" } else { "ASC" };
        bound(found.binds.add(signed(limit)))?;
        bound(found.binds.add(signed(offset)))?;
        let sql = format!(
            concat!(
                "SELECT ",
                line!(),
                " FROM (SELECT d.person_id, {column} AS place FROM directory d WHERE {matching}
                   ORDER BY {column} {way}, d.person_id {way} LIMIT ? OFFSET ?) AS w
                 JOIN person p ON p.id = w.person_id",
                newest!(),
                " ORDER BY w.place {way}, p.id {way}"
            ),
            matching = matching,
            column = column,
            way = way
        );
        let rows: Vec<PersonRow> =
            sqlx::query_as_with(AssertSqlSafe(sql), found.binds).fetch_all(self.readers()).await?;
        Ok(rows.into_iter().filter_map(|row| leaving.row(row)).collect())
    }

    /// The first person at or after these letters in the query's order, among those who match; the last one when
    /// nobody comes after. `None` when nobody matches, or when the order is no order of letters.
    pub async fn people_position(
        &self,
        query: &PeopleQuery,
        letters: &str,
    ) -> Result<Option<PersonPosition>, Error> {
        let (passed, bound_by) = match (query.sort, query.descending) {
            (PeopleSort::Changed, _) => return Ok(None),
            (PeopleSort::Name, false) => ("d.display_fold < ?", ""),
            (PeopleSort::Name, true) => ("d.display_fold > ?", LAST),
            (PeopleSort::UserName, false) => ("+d.user_name_fold < ?", ""),
            (PeopleSort::UserName, true) => ("+d.user_name_fold > ?", LAST),
        };
        let letters = fold(letters.trim());
        let leaving = self.leaving().await?;
        let mut before = query.filter.condition(true, &leaving)?;
        before.with(passed, format!("{letters}{bound_by}"))?;
        let count = format!("SELECT count(*) FROM directory d WHERE {}", before.sql());
        let index: i64 =
            sqlx::query_scalar_with(AssertSqlSafe(count), before.binds).fetch_one(self.readers()).await?;
        let index = unsigned(index);
        let at = |row: PersonRow, index| {
            let text = if query.sort == PeopleSort::Name { &row.display } else { &row.user_name };
            PersonPosition { index, begins: fold(text).starts_with(&letters), row }
        };
        if let Some(row) = self.window(query, &leaving, index, 1).await?.pop() {
            return Ok(Some(at(row, index)));
        }
        let Some(last) = index.checked_sub(1) else { return Ok(None) };
        Ok(self.window(query, &leaving, last, 1).await?.pop().map(|row| at(row, last)))
    }

    /// One person as a line of a list.
    pub async fn person_row(&self, id: &str) -> Result<Option<PersonRow>, Error> {
        let found: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            line!(),
            " FROM person p",
            newest!(),
            " WHERE p.id = $1 AND p.deleted_at IS NULL"
        ))
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        let Some(row) = found else { return Ok(None) };
        Ok(self.leaving().await?.row(row))
    }

    /// The ids of those who were chosen and are here, by name; `limit` at most.
    pub async fn chosen(&self, choice: &PeopleChoice, limit: u64) -> Result<Vec<String>, Error> {
        let mut those = choice.condition(&self.leaving().await?)?;
        let sql = format!(
            "SELECT d.person_id FROM directory d WHERE {} ORDER BY d.display_fold, d.person_id LIMIT ?",
            those.sql()
        );
        bound(those.binds.add(signed(limit)))?;
        Ok(sqlx::query_scalar_with(AssertSqlSafe(sql), those.binds).fetch_all(self.readers()).await?)
    }

    /// Hands over those who were chosen, by name and a few hundred at a time, as they all stood at one moment.
    pub async fn export_people(
        &self,
        choice: &PeopleChoice,
        mut take: impl FnMut(Vec<PersonExport>) + Send,
    ) -> Result<(), Error> {
        let leaving = self.leaving().await?;
        let mut moment = self.readers().begin().await?;
        let (mut name, mut id) = (String::new(), String::new());
        loop {
            let mut those = choice.condition(&leaving)?;
            let sql = format!(
                concat!("SELECT p.*, ", changed!(), ", (SELECT json_group_array(g.display ORDER BY g.display_fold, g.id)
                     FROM member m JOIN scim_group g ON g.id = m.group_id
                     WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL) AS groups
                 FROM (SELECT d.person_id FROM directory d WHERE {} AND (d.display_fold, d.person_id) > (?, ?)
                       ORDER BY d.display_fold, d.person_id LIMIT ?) AS w
                 JOIN person p ON p.id = w.person_id", newest!(), " ORDER BY p.display_fold, p.id"),
                those.sql()
            );
            bound(those.binds.add(&name))?;
            bound(those.binds.add(&id))?;
            bound(those.binds.add(signed(CHUNK)))?;
            let rows: Vec<PersonExport> =
                sqlx::query_as_with(AssertSqlSafe(sql), those.binds).fetch_all(&mut *moment).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            (name, id) = (fold(&last.person.display), last.person.id.clone());
            let full = rows.len() as u64 == CHUNK;
            take(rows.into_iter().filter_map(|one| leaving.export(one)).collect());
            if !full {
                return Ok(());
            }
        }
    }
}

/// Greater than whatever follows a beginning in a text.
const LAST: &str = "\u{10FFFF}";

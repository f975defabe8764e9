//! The people of the whole workspace for the screens: which of them, in which order, a window, a place by letters, and
//! everything that an export tells. Looks go through the narrow rows of the directory table; only the people of the
//! window are read whole.

use scim::fold;
use sqlx::{Arguments as _, AssertSqlSafe};

use crate::observe_first::withheld_sql;
use crate::pending_deletions::PendingDeletions;
use crate::people_filter::bound;
use crate::sql_values::{signed, unsigned};
use crate::{Error, PeopleChoice, PeopleQuery, PeopleSort, PersonExport, PersonRow, Store};

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

/// What a line shows beside the person's own row. It is read for the people of a page only. CROSS JOIN: otherwise SQLite looks for
/// each person in all groups of the connection.
macro_rules! line {
    () => {
        concat!(
            "p.*, ",
            changed!(),
            ", (SELECT g.display FROM member m CROSS JOIN scim_group g ON g.id = m.group_id
          WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL
          ORDER BY g.display_fold, g.id LIMIT 1) AS first_group,
         (SELECT count(*) FROM member m CROSS JOIN scim_group g ON g.id = m.group_id
          WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL) AS group_count, ",
            withheld_sql!()
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
    /// no one comes after. `None` when no one matches, or when the order is no order of letters.
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
                     FROM member m CROSS JOIN scim_group g ON g.id = m.group_id
                     WHERE m.member_id = p.id AND g.connection_id = p.connection_id AND g.deleted_at IS NULL) AS groups, ",
                 withheld_sql!(), "
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

/// Greater than every character that can follow a prefix.
const LAST: &str = "\u{10FFFF}";

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{Connection as _, Row as _};

    use super::*;
    use crate::database_file::DatabaseFile;

    #[tokio::test]
    async fn a_line_of_the_list_is_read_without_the_groups_of_the_others() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        DatabaseFile::Workspace.migrator().run_direct(None, &mut conn, false).await.unwrap();
        let plan =
            concat!("EXPLAIN QUERY PLAN SELECT ", line!(), " FROM person p", newest!(), " WHERE p.id = 'a'");
        let rows = sqlx::query(plan).fetch_all(&mut conn).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let of_groups: Vec<&String> = steps.iter().filter(|step| step.starts_with("SEARCH g ")).collect();
        assert!(of_groups.len() >= 2, "the first group and how many there are: {steps:?}");
        assert!(!of_groups.iter().any(|step| step.ends_with("(connection_id=?)")), "{steps:?}");
        assert!(
            !steps.iter().any(|step| step.starts_with("SCAN ")),
            "nor the connections of the others: {steps:?}"
        );
    }
}

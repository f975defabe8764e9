//! A person and its groups in one statement: what the answer to the most frequent requests needs.

use std::collections::HashMap;

use scim::ResourceType;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow as _, Row as _};

use crate::computed_attribute::group_entry;
use crate::lookup_connection::{Lookup, LookupSql};
use crate::rows_read::RowsRead;
use crate::sql_values::{arguments, json_list, signed};
use crate::tx_connection::{Led, led};
use crate::{
    BoundedEntries, ChangedPerson, ComputedAttribute, Error, MemberGroup, Person, PersonKey, PersonText,
    Scope, Store, Tx,
};

/// `$2` bounds the groups that are looked at. A limit that is a parameter by itself would have SQLite prepare the statement again
/// each time that the parameter is bound. The recursion needs tables of its own, which a person without a membership does not
/// pay for. CROSS JOIN: otherwise SQLite reads all groups of the connection for each person.
macro_rules! people_sql {
    ($columns:literal, $from:literal) => {
        concat!(
            "SELECT ",
            $columns,
            "p.id, p.connection_id, p.display, p.active, p.role, p.document, p.version, p.created_at, p.modified_at,
             CASE WHEN EXISTS (SELECT 1 FROM member WHERE member_id = p.id) THEN (
                 WITH RECURSIVE up (id, direct) AS (
                     SELECT group_id, 1 FROM member WHERE member_id = p.id
                     UNION
                     SELECT m.group_id, 0 FROM up JOIN member m ON m.member_id = up.id
                     LIMIT $2 + 0
                 )
                 SELECT json_group_array(json_array(id, display, direct)) FROM (
                     SELECT g.id, g.display, max(up.direct) AS direct FROM up CROSS JOIN scim_group g ON g.id = up.id
                     WHERE g.connection_id = p.connection_id AND g.deleted_at IS NULL GROUP BY g.id ORDER BY g.id
                 )
             ) ELSE '[]' END AS groups
             FROM ",
            $from,
            " AND p.deleted_at IS NULL"
        )
    };
}

static BY_ID: LookupSql = LookupSql {
    one: people_sql!("", "person p WHERE p.id = $1 AND p.connection_id = $3"),
    many: people_sql!(
        "i.key AS place, ",
        "json_each($1) i CROSS JOIN person p WHERE p.id = i.value ->> 0 AND p.connection_id = i.value ->> 1"
    ),
};
static BY_NAME: LookupSql = LookupSql {
    one: concat!(
        people_sql!("", "person p WHERE p.user_name_fold = $1 AND p.connection_id = $3"),
        " LIMIT 2"
    ),
    many: people_sql!(
        "i.key AS place, ",
        "json_each($1) i CROSS JOIN person p
         WHERE p.user_name_fold = i.value ->> 0 AND p.connection_id = i.value ->> 1"
    ),
};
const BY_ID_IN_TX: Led = led!(people_sql!("", "person p WHERE p.id = $1 AND p.connection_id = $3"));
/// `$1` is a list of ids.
const MANY_IN_TX: Led = led!(people_sql!("", "json_each($1) i CROSS JOIN person p WHERE p.id = i.value"));

/// What was found of a person.
#[derive(Debug)]
pub enum PersonRead {
    /// No person of the connection.
    None,
    /// The person, and the entries of all groups that it is in.
    One(Box<(PersonText, Vec<Value>)>),
    /// Several people with one name, which only an older version made possible, or more groups than were asked for.
    Other,
}

impl Store {
    /// The person of the scope's connection, with up to `most` groups.
    pub async fn person_with_groups(
        &self,
        scope: &Scope,
        base: &str,
        key: PersonKey<'_>,
        most: u64,
    ) -> Result<PersonRead, Error> {
        let (sql, key) = match key {
            PersonKey::Id(id) => (&BY_ID, id),
            PersonKey::UserName(name) => (&BY_NAME, name),
        };
        let (key, connection_id) = (key.to_owned(), scope.connection_id().to_owned());
        let lookup = Lookup { sql, key, connection_id, looked_at: looked_at(most) };
        let rows = self.0.lookups.fetch(lookup).await?;
        let [row] = rows.as_slice() else {
            return Ok(if rows.is_empty() { PersonRead::None } else { PersonRead::Other });
        };
        Ok(match groups(row, scope, base, most, &self.0.member_rows)? {
            BoundedEntries::All(list) => PersonRead::One(Box::new((PersonText::from_row(row)?, list))),
            BoundedEntries::TooMany => PersonRead::Other,
        })
    }
}

impl Tx {
    /// The person of the scope's connection, with up to `most` groups.
    pub async fn person_with_groups(
        &mut self,
        scope: &Scope,
        base: &str,
        id: &str,
        most: u64,
    ) -> Result<Option<(Person, BoundedEntries)>, Error> {
        let arguments = arguments!(id, looked_at(most), scope.connection_id())?;
        let rows = self.conn.fetch_led(&BY_ID_IN_TX, arguments).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some((Person::from_row(&row)?, groups(&row, scope, base, most, &self.member_rows)?)))
    }

    /// The people who are to be changed, by id, each of its scope's connection.
    pub(crate) async fn people_with_groups(
        &mut self,
        targets: &[&ChangedPerson],
    ) -> Result<HashMap<String, (Person, BoundedEntries)>, Error> {
        let ids: Vec<String> = targets.iter().map(|target| target.id.clone()).collect();
        let most = targets.iter().map(|target| target.most).max().unwrap_or(0);
        let rows = self.conn.fetch_led(&MANY_IN_TX, arguments!(json_list(&ids), looked_at(most))?).await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let person = Person::from_row(&row)?;
            let is_it = |target: &&&ChangedPerson| {
                target.id == person.id
                    && Some(target.scope.connection_id()) == person.connection_id.as_deref()
            };
            let Some(target) = targets.iter().find(is_it) else { continue };
            let groups = groups(&row, &target.scope, &target.base, target.most, &self.member_rows)?;
            found.insert(person.id.clone(), (person, groups));
        }
        Ok(found)
    }
}

/// How many rows of membership are looked at for so many groups: one that is reached directly and through another one
/// is two rows.
fn looked_at(most: u64) -> i64 {
    signed(most.saturating_mul(2).saturating_add(1))
}

fn groups(
    row: &SqliteRow,
    scope: &Scope,
    base: &str,
    most: u64,
    member_rows: &RowsRead,
) -> Result<BoundedEntries, Error> {
    let id: &str = row.try_get("id")?;
    let groups: Vec<(String, String, i64)> =
        serde_json::from_str(row.try_get("groups")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    member_rows.add(groups.len() as u64);
    if groups.len() as u64 > most {
        return Ok(BoundedEntries::TooMany);
    }
    let of = ComputedAttribute { scope, resource_type: ResourceType::User, base };
    let entry = |(group_id, display, direct): (String, String, i64)| {
        group_entry(
            &of,
            &MemberGroup { member_id: id.to_owned(), id: group_id, display, direct: direct != 0 },
        )
    };
    Ok(BoundedEntries::All(groups.into_iter().map(entry).collect()))
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{AssertSqlSafe, Connection as _};

    use super::*;
    use crate::database_file::DatabaseFile;

    #[tokio::test]
    async fn a_person_is_read_without_the_groups_of_the_others() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        DatabaseFile::Workspace.migrator().run_direct(None, &mut conn, false).await.unwrap();
        for sql in [BY_ID.one, BY_ID.many, BY_NAME.one, BY_NAME.many, BY_ID_IN_TX.0[0], MANY_IN_TX.0[0]] {
            let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
            let rows = plan.fetch_all(&mut conn).await.unwrap();
            let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let reads_all = |step: &String| {
                step.ends_with("(connection_id=?)")
                    || ["SCAN p", "SCAN g"].iter().any(|scan| step.starts_with(scan))
            };
            assert!(!steps.iter().any(reads_all), "{sql}: {steps:?}");
            assert!(steps.iter().any(|step| step.starts_with("SEARCH g ")), "groups are read: {steps:?}");
        }
    }
}

//! A person and its groups in one statement: what the answer to the most frequent requests needs.

use scim::ResourceType;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow as _, Row as _};

use crate::computed_attribute::group_entry;
use crate::rows_read::RowsRead;
use crate::sql_values::{arguments, signed};
use crate::tx_connection::{Led, led};
use crate::{
    BoundedEntries, ComputedAttribute, Entries, Error, MemberGroup, Person, PersonKey, Scope, Store,
    StoredResource, Tx,
};

/// `$2` is the connection, `$3` bounds the groups that are looked at. A limit that is a parameter by itself would have SQLite
/// prepare the statement again each time that the parameter is bound.
macro_rules! person_sql {
    ($which:literal) => {
        concat!(
            "SELECT p.*, (
                 WITH RECURSIVE up (id, direct) AS (
                     SELECT group_id, 1 FROM member WHERE member_id = p.id
                     UNION
                     SELECT m.group_id, 0 FROM up JOIN member m ON m.member_id = up.id
                     LIMIT $3 + 0
                 )
                 SELECT json_group_array(json_array(id, display, direct)) FROM (
                     SELECT g.id, g.display, max(up.direct) AS direct FROM up JOIN scim_group g ON g.id = up.id
                     WHERE g.connection_id = $2 AND g.deleted_at IS NULL GROUP BY g.id ORDER BY g.id
                 )
             ) AS groups
             FROM person p WHERE ",
            $which,
            " AND p.connection_id = $2 AND p.deleted_at IS NULL LIMIT 2"
        )
    };
}

const BY_ID: &str = person_sql!("p.id = $1");
const BY_ID_IN_TX: Led = led!(person_sql!("p.id = $1"));
const BY_NAME: &str = person_sql!("p.user_name_fold = $1");

/// What was found of a person.
#[derive(Debug)]
pub enum PersonRead {
    /// No person of the connection.
    None,
    /// The person, and all groups that it is in.
    One(Box<(StoredResource, Entries)>),
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
            PersonKey::Id(id) => (BY_ID, id),
            PersonKey::UserName(name) => (BY_NAME, name),
        };
        let arguments = arguments!(key, scope.connection_id(), looked_at(most))?;
        let rows = self.0.lookups.fetch(sql, arguments).await?;
        let [row] = rows.as_slice() else {
            return Ok(if rows.is_empty() { PersonRead::None } else { PersonRead::Other });
        };
        Ok(match groups(row, scope, base, most, &self.0.member_rows)? {
            BoundedEntries::All(list) => {
                PersonRead::One(Box::new((StoredResource::from_row(row)?, Entries { list, next: None })))
            }
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
        let arguments = arguments!(id, scope.connection_id(), looked_at(most))?;
        let rows = self.conn.fetch_led(&BY_ID_IN_TX, arguments).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some((Person::from_row(&row)?, groups(&row, scope, base, most, &self.member_rows)?)))
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

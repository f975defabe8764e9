//! What is computed of a resource: the `groups` of a person, the `members` of a group. A few of many resources at
//! once, or all of one resource in stretches: nothing here holds a large group whole.

use std::collections::HashMap;

use scim::ResourceType;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::members::{GroupMember, MemberGroup};
use crate::sql_values::json_list;
use crate::sql_values::signed;
use crate::{Error, Reader, Scope, Store, Tx};

/// Who belongs to groups, of those who exist; `$2` is the connection.
macro_rules! members_sql {
    ($which:literal, $order:literal) => {
        concat!(
            "SELECT m.group_id, m.member_id AS id, coalesce(p.display, g.display) AS display, p.id IS NULL AS is_group
             FROM member m
             LEFT JOIN person p ON p.id = m.member_id AND p.connection_id = $2 AND p.deleted_at IS NULL
             LEFT JOIN scim_group g ON g.id = m.member_id AND g.connection_id = $2 AND g.deleted_at IS NULL
             WHERE ",
            $which,
            " AND (p.id IS NOT NULL OR g.id IS NOT NULL) ",
            $order
        )
    };
}

/// The groups that people (`$1`, a JSON list of ids) belong to, themselves and through other groups, as the table
/// `found`; `$2` is the connection. UNION, not UNION ALL: groups that contain each other must not loop for ever. CROSS JOIN:
/// otherwise SQLite reads all groups of the connection.
macro_rules! groups_sql {
    ($select:literal) => {
        concat!(
            "WITH RECURSIVE up (member_id, id, direct) AS (
                 SELECT member_id, group_id, 1 FROM member WHERE member_id IN (SELECT value FROM json_each($1))
                 UNION
                 SELECT up.member_id, m.group_id, 0 FROM up JOIN member m ON m.member_id = up.id
             ), found AS (
                 SELECT up.member_id, g.id, g.display, max(up.direct) AS direct
                 FROM up CROSS JOIN scim_group g ON g.id = up.id
                 WHERE g.connection_id = $2 AND g.deleted_at IS NULL
                 GROUP BY up.member_id, g.id
             ) ",
            $select
        )
    };
}

/// Whose entries are read, and how they are written.
#[derive(Clone, Copy, Debug)]
pub struct ComputedAttribute<'a> {
    /// Whose resources.
    pub scope: &'a Scope,
    /// People have `groups`, groups have `members`.
    pub resource_type: ResourceType,
    /// The endpoint, for `$ref`.
    pub base: &'a str,
}

/// A stretch of one resource's entries, in the order of their ids.
#[derive(Debug, Default)]
pub struct Entries {
    /// The entries.
    pub list: Vec<Value>,
    /// The last one's id, if there are more behind it.
    pub next: Option<String>,
}

/// What a resource has of its computed attribute.
#[derive(Debug)]
pub enum BoundedEntries {
    /// All of it.
    All(Vec<Value>),
    /// More than was asked for.
    TooMany,
}

impl Store {
    /// The groups that people belong to, directly and through other groups, ordered by person and group.
    pub async fn groups_of(&self, scope: &Scope, member_ids: &[String]) -> Result<Vec<MemberGroup>, Error> {
        let rows = sqlx::query_as(groups_sql!("SELECT * FROM found ORDER BY member_id, id"))
            .bind(json_list(member_ids))
            .bind(scope.connection_id())
            .fetch_all(self.readers())
            .await?;
        Ok(self.0.member_rows.count(rows))
    }
}

impl Tx {
    /// The first `most` entries of one resource, read inside the transaction.
    pub async fn entries(
        &mut self,
        of: &ComputedAttribute<'_>,
        id: &str,
        most: u64,
    ) -> Result<Entries, Error> {
        let entries = stretch(self.conn.begun_to_read().await?, of, id, "", most).await?;
        self.member_rows.add(entries.list.len() as u64);
        Ok(entries)
    }
}

impl Reader {
    /// At most `most` entries of one resource, behind the entry with the id `after`.
    pub async fn entries(
        &mut self,
        of: &ComputedAttribute<'_>,
        id: &str,
        after: &str,
        most: u64,
    ) -> Result<Entries, Error> {
        let entries = stretch(self.statement(), of, id, after, most).await?;
        self.member_rows.add(entries.list.len() as u64);
        Ok(entries)
    }

    /// The entries of each resource, of one that has more than `most` only that it has. Resources without any are
    /// not in the answer.
    pub async fn bounded_entries(
        &mut self,
        of: &ComputedAttribute<'_>,
        ids: &[String],
        most: u64,
    ) -> Result<HashMap<String, BoundedEntries>, Error> {
        let mut found: HashMap<String, BoundedEntries> = HashMap::new();
        let mut read = 0;
        let mut add = |id: String, entry: Value| {
            read += 1;
            let few = found.entry(id).or_insert_with(|| BoundedEntries::All(Vec::new()));
            match few {
                BoundedEntries::All(list) if (list.len() as u64) < most => list.push(entry),
                _ => *few = BoundedEntries::TooMany,
            }
        };
        let large = match of.resource_type {
            ResourceType::User => {
                let sql = groups_sql!(
                    "SELECT member_id, id, display, direct FROM (
                         SELECT *, row_number() OVER (PARTITION BY member_id ORDER BY id) AS place FROM found
                     ) WHERE place <= $3 ORDER BY member_id, id"
                );
                // Counted no further than is needed: a deleted group has no members, so every row is a group.
                let large: Vec<String> = sqlx::query_scalar(
                    "SELECT p.value FROM json_each($1) p WHERE (
                         WITH RECURSIVE up (id) AS (
                             SELECT group_id FROM member WHERE member_id = p.value
                             UNION
                             SELECT m.group_id FROM up JOIN member m ON m.member_id = up.id
                             LIMIT $3 + 0
                         ) SELECT count(*) FROM up) > $2",
                )
                .bind(json_list(ids))
                .bind(signed(most))
                .bind(signed(most.saturating_add(1)))
                .fetch_all(self.statement())
                .await?;
                let ids: Vec<String> = ids.iter().filter(|id| !large.contains(id)).cloned().collect();
                let rows: Vec<MemberGroup> = sqlx::query_as(sql)
                    .bind(json_list(&ids))
                    .bind(of.scope.connection_id())
                    .bind(signed(most.saturating_add(1)))
                    .fetch_all(self.statement())
                    .await?;
                for group in rows {
                    add(group.member_id.clone(), group_entry(of, &group));
                }
                large
            }
            ResourceType::Group => {
                let large: Vec<String> = sqlx::query_scalar(
                    "SELECT id FROM scim_group WHERE id IN (SELECT value FROM json_each($1)) AND members > $2",
                )
                .bind(json_list(ids))
                .bind(signed(most))
                .fetch_all(self.statement())
                .await?;
                let ids: Vec<String> = ids.iter().filter(|id| !large.contains(id)).cloned().collect();
                let rows: Vec<GroupMember> = sqlx::query_as(members_sql!(
                    "m.group_id IN (SELECT value FROM json_each($1))",
                    "ORDER BY m.group_id, m.member_id"
                ))
                .bind(json_list(&ids))
                .bind(of.scope.connection_id())
                .fetch_all(self.statement())
                .await?;
                for member in rows {
                    add(member.group_id.clone(), member_entry(of, &member));
                }
                large
            }
        };
        found.extend(large.into_iter().map(|id| (id, BoundedEntries::TooMany)));
        self.member_rows.add(read);
        Ok(found)
    }
}

async fn stretch(
    conn: &mut SqliteConnection,
    of: &ComputedAttribute<'_>,
    id: &str,
    after: &str,
    most: u64,
) -> Result<Entries, Error> {
    let one_more = signed(most.saturating_add(1));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (mut list, ids): (Vec<Value>, Vec<String>) = match of.resource_type {
        ResourceType::User => {
            let sql = groups_sql!("SELECT * FROM found WHERE id > $3 ORDER BY id LIMIT $4 + 0");
            let rows: Vec<MemberGroup> = sqlx::query_as(sql)
                .bind(json_list(&[id.to_owned()]))
                .bind(of.scope.connection_id())
                .bind(after)
                .bind(one_more)
                .fetch_all(conn)
                .await?;
            rows.into_iter().map(|group| (group_entry(of, &group), group.id)).unzip()
        }
        ResourceType::Group => {
            let rows: Vec<GroupMember> = sqlx::query_as(members_sql!(
                "m.group_id = $1 AND m.member_id > $3",
                "ORDER BY m.member_id LIMIT $4 + 0"
            ))
            .bind(id)
            .bind(of.scope.connection_id())
            .bind(after)
            .bind(one_more)
            .fetch_all(conn)
            .await?;
            rows.into_iter().map(|member| (member_entry(of, &member), member.id)).unzip()
        }
    };
    let next = most.checked_sub(1).filter(|_| list.len() > most).and_then(|last| ids.get(last).cloned());
    list.truncate(most);
    Ok(Entries { list, next })
}

pub(crate) fn group_entry(of: &ComputedAttribute<'_>, group: &MemberGroup) -> Value {
    json!({
        "value": group.id,
        "$ref": format!("{}/Groups/{}", of.base, group.id),
        "display": group.display,
        "type": if group.direct { "direct" } else { "indirect" },
    })
}

fn member_entry(of: &ComputedAttribute<'_>, member: &GroupMember) -> Value {
    let resource_type = member.resource_type();
    json!({
        "value": member.id,
        "$ref": format!("{}{}/{}", of.base, resource_type.endpoint(), member.id),
        "display": member.display,
        "type": resource_type.name(),
    })
}

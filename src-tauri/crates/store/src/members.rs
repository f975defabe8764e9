//! Membership as rows. A function of SQLite's own (`json_each`) hands in many ids at once, as it does for
//! choices of people.

use futures_util::TryStreamExt as _;
use scim::ResourceType;
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

use crate::brake::Removal;
use crate::member_count::MemberDelta;
use crate::observe_first::withheld_sql;
use crate::sql_values::{arguments, json_list};
use crate::tx_connection::{Led, led};
use crate::{ChangeSource, Error, Scope, Store, StoreEvent, Tx};

/// A member of a group that exists.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GroupMember {
    /// The group.
    pub group_id: String,
    /// The person's or group's id.
    pub id: String,
    /// Its name.
    pub display: String,
    /// It is a group itself.
    pub is_group: bool,
}

impl GroupMember {
    /// What it is.
    pub fn resource_type(&self) -> ResourceType {
        if self.is_group { ResourceType::Group } else { ResourceType::User }
    }
}

/// A group that a person belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MemberGroup {
    /// The person.
    pub member_id: String,
    /// The group.
    pub id: String,
    /// Its displayName.
    pub display: String,
    /// Belongs to it itself, not through another group.
    pub direct: bool,
}

/// One step of a membership change; several are applied in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// These belong to it, besides those that do already.
    Add(Vec<String>),
    /// These no longer belong to it; those who did not are ignored.
    Remove(Vec<String>),
    /// Exactly these belong to it.
    Replace(Vec<String>),
    /// It has no members.
    RemoveAll,
}

impl MemberChange {
    /// The one that is added (`true`) or removed, if it is about no other.
    pub(crate) fn of_one(&self) -> Option<(&str, bool)> {
        let (ids, is_added) = match self {
            Self::Add(ids) => (ids, true),
            Self::Remove(ids) => (ids, false),
            Self::Replace(_) | Self::RemoveAll => return None,
        };
        let [one] = ids.as_slice() else { return None };
        Some((one.as_str(), is_added))
    }
}

/// Ends every membership of `$3` at `$2` for the source `$4` to `$6`, and returns id and connection of each group that is left.
macro_rules! leave_groups_sql {
    () => {
        "UPDATE scim_group SET members = members - 1, version = version + 1, modified_at = max(modified_at, $2)
         WHERE id IN (SELECT group_id FROM member WHERE member_id = $3) RETURNING id, connection_id;
         INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after)
         SELECT $2, $4, $5, $6, 'Group', group_id, 'members', json_object('removed', json_array($3)), '{}'
         FROM member WHERE member_id = $3;
         DELETE FROM member WHERE member_id = $3"
    };
}
pub(crate) use leave_groups_sql;

const LEAVE: Led = led!(leave_groups_sql!());

impl Store {
    /// How many rows of membership were read so far.
    pub fn member_rows_read(&self) -> u64 {
        self.0.member_rows.total()
    }

    /// A window of a group's existing people by name.
    pub async fn members_by_name(&self, group_id: &str, limit: u32) -> Result<Vec<crate::PersonRow>, Error> {
        let rows = sqlx::query_as(concat!(
            "SELECT p.*, NULL AS last_change, NULL AS change_connection, NULL AS change_actor,
                 NULL AS change_actor_name, NULL AS first_group, 0 AS group_count, ",
            withheld_sql!(),
            " FROM member m JOIN person p ON p.id = m.member_id AND p.deleted_at IS NULL
             WHERE m.group_id = $1 ORDER BY p.display_fold, p.id LIMIT $2",
        ))
        .bind(group_id)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        Ok(self.0.member_rows.count(rows))
    }
}

impl Tx {
    /// Hands over, one by one, the existing members of a group and those of `others` that exist here, in one pass.
    pub async fn for_each_member(
        &mut self,
        scope: &Scope,
        group_id: &str,
        others: &[String],
        mut take: impl FnMut(GroupMember) + Send,
    ) -> Result<(), Error> {
        let mut rows = sqlx::query_as(
            "SELECT $1 AS group_id, m.id, coalesce(p.display, g.display) AS display, p.id IS NULL AS is_group
             FROM (SELECT member_id AS id FROM member WHERE group_id = $1 UNION SELECT value FROM json_each($3)) m
             LEFT JOIN person p ON p.id = m.id AND p.connection_id = $2 AND p.deleted_at IS NULL
             LEFT JOIN scim_group g ON g.id = m.id AND g.connection_id = $2 AND g.deleted_at IS NULL
             WHERE p.id IS NOT NULL OR g.id IS NOT NULL",
        )
        .bind(group_id)
        .bind(scope.connection_id())
        .bind(json_list(others))
        .fetch(&mut self.conn);
        let mut read = 0;
        while let Some(row) = rows.try_next().await? {
            read += 1;
            take(row);
        }
        drop(rows);
        self.member_rows.add(read);
        Ok(())
    }

    /// Those of the texts that the group has as members, existing or not.
    pub async fn members_among(&mut self, group_id: &str, ids: &[&str]) -> Result<Vec<String>, Error> {
        let rows = sqlx::query_scalar(
            "SELECT member_id FROM member WHERE group_id = $1 AND member_id IN (SELECT value FROM json_each($2))",
        )
        .bind(group_id)
        .bind(json!(ids).to_string())
        .fetch_all(&mut self.conn)
        .await?;
        Ok(self.member_rows.count(rows))
    }

    /// Applies the changes in order. They are neither counted nor journalled yet.
    pub(crate) async fn change_members(
        &mut self,
        scope: &Scope,
        group_id: &str,
        changes: &[MemberChange],
        origin: &ChangeSource,
    ) -> Result<MemberDelta, Error> {
        let mut added: Vec<String> = Vec::new();
        let mut removed: Vec<String> = Vec::new();
        for change in changes {
            let gone: Vec<String> = match change {
                MemberChange::Add(_) => Vec::new(),
                MemberChange::Remove(ids) => {
                    sqlx::query_scalar(
                        "DELETE FROM member WHERE group_id = $1 AND member_id IN (SELECT value FROM json_each($2))
                         RETURNING member_id",
                    )
                    .bind(group_id)
                    .bind(json_list(ids))
                    .fetch_all(&mut self.conn)
                    .await?
                }
                MemberChange::Replace(ids) => {
                    sqlx::query_scalar(
                        "DELETE FROM member WHERE group_id = $1 AND member_id NOT IN (SELECT value FROM json_each($2))
                         RETURNING member_id",
                    )
                    .bind(group_id)
                    .bind(json_list(ids))
                    .fetch_all(&mut self.conn)
                    .await?
                }
                MemberChange::RemoveAll => {
                    sqlx::query_scalar("DELETE FROM member WHERE group_id = $1 RETURNING member_id")
                        .bind(group_id)
                        .fetch_all(&mut self.conn)
                        .await?
                }
            };
            let gone = self.member_rows.count(gone);
            let come: Vec<String> = match change {
                MemberChange::Add(ids) | MemberChange::Replace(ids) if !ids.is_empty() => {
                    self.withdraw_removals(origin, ids, group_id).await?;
                    self.add_members(scope, group_id, ids).await?
                }
                _ => Vec::new(),
            };
            settle(&mut added, &mut removed, gone, come);
        }
        self.note_removals(origin, removed.iter().map(|id| Removal::of_member(id, group_id)));
        Ok(MemberDelta { added, removed })
    }

    async fn add_members(
        &mut self,
        scope: &Scope,
        group_id: &str,
        ids: &[String],
    ) -> Result<Vec<String>, Error> {
        let rows = sqlx::query_scalar(
            "INSERT INTO member (group_id, member_id, resolved)
             SELECT $1, value, EXISTS (SELECT 1 FROM person WHERE id = value AND connection_id = $3 AND deleted_at IS NULL)
                 OR EXISTS (SELECT 1 FROM scim_group WHERE id = value AND connection_id = $3 AND deleted_at IS NULL)
             FROM json_each($2) WHERE true
             ON CONFLICT DO NOTHING RETURNING member_id",
        )
        .bind(group_id)
        .bind(json_list(ids))
        .bind(scope.connection_id())
        .fetch_all(&mut self.conn)
        .await?;
        Ok(self.member_rows.count(rows))
    }

    /// Ends every membership of one who is deleted, so that no group has a dangling member.
    pub(crate) async fn leave_all_groups(&mut self, id: &str, origin: &ChangeSource) -> Result<(), Error> {
        let arguments = self.departure(None, id, origin)?;
        let left = self.conn.fetch_led(&LEAVE, arguments).await?;
        self.notify_left(&left)
    }

    /// The first arguments of a statement with [`leave_groups_sql`]; the first one is free for others.
    pub(crate) fn departure(
        &self,
        first: Option<String>,
        id: &str,
        origin: &ChangeSource,
    ) -> Result<SqliteArguments, Error> {
        Ok(arguments!(
            first,
            self.now().as_millisecond(),
            id,
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref()
        )?)
    }

    /// Announces the groups that were left: the rows of [`leave_groups_sql`].
    pub(crate) fn notify_left(&mut self, left: &[SqliteRow]) -> Result<(), Error> {
        for row in left {
            let (id, connection_id) = (row.try_get("id")?, row.try_get("connection_id")?);
            self.notify(StoreEvent::Group { connection_id, id });
        }
        Ok(())
    }
}

/// Nets out a member who was removed by one step and added again by a later one, or the other way round.
fn settle(added: &mut Vec<String>, removed: &mut Vec<String>, gone: Vec<String>, come: Vec<String>) {
    use std::collections::HashSet;
    if added.is_empty() && removed.is_empty() {
        // The first step: no id is in both lists.
        (*added, *removed) = (come, gone);
        added.sort_unstable();
        removed.sort_unstable();
        return;
    }
    let was_added: HashSet<String> = added.drain(..).collect();
    let was_removed: HashSet<String> = removed.drain(..).collect();
    let gone: HashSet<String> = gone.into_iter().collect();
    let come: HashSet<String> = come.into_iter().collect();
    let mut now_added: Vec<String> = was_added.difference(&gone).cloned().collect();
    now_added.extend(come.iter().filter(|id| !was_removed.contains(*id) && !gone.contains(*id)).cloned());
    let mut now_removed: Vec<String> = was_removed.difference(&come).cloned().collect();
    now_removed.extend(gone.iter().filter(|id| !was_added.contains(*id) && !come.contains(*id)).cloned());
    now_added.sort();
    now_removed.sort();
    *added = now_added;
    *removed = now_removed;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_removed_and_added_again_did_not_change() {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        settle(&mut added, &mut removed, vec!["a".into()], Vec::new());
        settle(&mut added, &mut removed, Vec::new(), vec!["a".into(), "b".into()]);
        assert_eq!(added, ["b"], "only b is new in the end");
        assert!(removed.is_empty(), "a is back");
    }
}

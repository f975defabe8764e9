//! Memberships that name someone who is not here.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{Error, Store};

/// How many groups are looked at.
const MOST_GROUPS: i64 = 50;
/// How many members of one group are looked at.
const MOST_MEMBERS: i64 = 1_000;
/// How many of the newest changes of a group's members are looked at.
const MOST_CHANGES: i64 = 200;

/// A group with members who are not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedGroup {
    /// The group's connection.
    pub connection_id: String,
    /// The group's id.
    pub group_id: String,
    /// Its name in lists.
    pub group: String,
}

impl Store {
    /// Groups with members who are not here, by name, at most 50.
    pub async fn unresolved_groups(&self) -> Result<Vec<UnresolvedGroup>, Error> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT g.connection_id, g.id, g.display
             FROM (SELECT DISTINCT group_id FROM member WHERE resolved = 0) m JOIN scim_group g ON g.id = m.group_id
             WHERE g.deleted_at IS NULL AND g.connection_id NOT IN (SELECT id FROM connection WHERE deleting IS NOT NULL)
             ORDER BY g.display_fold, g.id LIMIT $1",
        )
        .bind(MOST_GROUPS)
        .fetch_all(self.readers())
        .await?;
        let group = |(connection_id, group_id, group)| UnresolvedGroup { connection_id, group_id, group };
        Ok(rows.into_iter().map(group).collect())
    }

    /// The ids of members of this group who are not here and were added before `before`; none of a group that changes so often
    /// that this is not known. At most 1,000 are looked at.
    pub async fn unresolved_members(&self, group_id: &str, before: Timestamp) -> Result<Vec<String>, Error> {
        let recent: Vec<(i64, String)> = sqlx::query_as(
            "SELECT at, after FROM change WHERE resource_id = $1 AND kind = 'members' ORDER BY id DESC LIMIT $2",
        )
        .bind(group_id)
        .bind(MOST_CHANGES)
        .fetch_all(self.readers())
        .await?;
        let is_recent = |at: i64| from_millis(at) >= before;
        let is_all_recent = recent.last().is_some_and(|(at, _)| is_recent(*at));
        if is_all_recent && recent.len() == usize::try_from(MOST_CHANGES).unwrap_or(usize::MAX) {
            return Ok(Vec::new());
        }
        let recent = recent.iter().take_while(|(at, _)| is_recent(*at));
        let added: HashSet<String> = recent.flat_map(|(_, after)| added_in(after)).collect();
        let mut members: Vec<String> = sqlx::query_scalar(
            "SELECT member_id FROM member WHERE group_id = $1 AND resolved = 0 ORDER BY member_id LIMIT $2",
        )
        .bind(group_id)
        .bind(MOST_MEMBERS)
        .fetch_all(self.readers())
        .await?;
        members.retain(|id| !added.contains(id));
        Ok(members)
    }
}

/// The ids that a change of members has added.
fn added_in(after: &str) -> Vec<String> {
    let after: serde_json::Value = serde_json::from_str(after).unwrap_or_default();
    let added = after.get("added").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    added.into_iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

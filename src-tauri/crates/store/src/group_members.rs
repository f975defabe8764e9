//! A group with its members, however many they are: as they are at one moment, in stretches, none of which is large.

use scim::ResourceType;
use sqlx::sqlite::SqliteConnection;

use crate::snapshot::Snapshot;
use crate::sql_values::signed;
use crate::{Error, Group, Scope, Store};

/// How many rows of membership are read at once.
const STRETCH: u64 = 1_500;

/// Of the `$4` rows of membership of the group `$1` behind the member `$3`: how many there are, the last one, and a JSON list of the
/// members that exist. INDEXED BY: otherwise SQLite reads the wide row of each person.
macro_rules! members_sql {
    ($entry:literal, $display:literal) => {
        concat!(
            "SELECT count(*), max(id), json_group_array(",
            $entry,
            ") FILTER (WHERE kind <> '') FROM (
                 SELECT m.member_id AS id,
                     CASE WHEN p.id IS NOT NULL THEN 'u' WHEN g.id IS NOT NULL THEN 'g' ELSE '' END AS kind",
            $display,
            " FROM member m
                 LEFT JOIN person p INDEXED BY person_connection
                     ON p.connection_id = $2 AND p.id = m.member_id AND p.deleted_at IS NULL
                 LEFT JOIN scim_group g INDEXED BY group_connection
                     ON g.connection_id = $2 AND g.id = m.member_id AND g.deleted_at IS NULL
                 WHERE m.group_id = $1 AND m.member_id > $3 ORDER BY m.member_id LIMIT $4 + 0
             )"
        )
    };
}

const MEMBERS: &str = members_sql!("kind || id", "");
const NAMED: &str =
    members_sql!("json_array(kind || id, display)", ", coalesce(p.display, g.display) AS display");

/// A member of a group, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEntry {
    /// The person's or group's id.
    pub id: String,
    /// What it is.
    pub resource_type: ResourceType,
    /// Its name, where it was asked for.
    pub display: Option<String>,
}

/// The members of a group that were not read yet.
pub struct GroupMembers {
    store: Store,
    scope: Scope,
    id: String,
    version: u64,
    with_names: bool,
    snapshot: Snapshot,
    /// The last one that was read; `None`: all were.
    after: Option<String>,
}

impl Store {
    /// The group with this id, if it belongs to the scope's connection, and its members as they are at the same moment.
    pub async fn group_with_members(
        &self,
        scope: &Scope,
        id: &str,
        with_names: bool,
    ) -> Result<Option<(Group, GroupMembers)>, Error> {
        let snapshot = self.snapshot(scope).await?;
        let found = snapshot.read(async |conn| group(conn, scope, id).await).await?.flatten();
        Ok(found.map(|group| {
            let (store, scope, id) = (self.clone(), scope.clone(), id.to_owned());
            let (version, after) = (group.version, Some(String::new()));
            (group, GroupMembers { store, scope, id, version, with_names, snapshot, after })
        }))
    }
}

impl GroupMembers {
    /// Whether all of them were read.
    pub const fn is_ended(&self) -> bool {
        self.after.is_none()
    }

    /// The version of the group that they belong to.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The next ones, in the order of their ids; they may be none although more follow. Where a client takes longer than a
    /// moment is held, the rest is read from a later one in which the group has the same version.
    ///
    /// # Errors
    /// [`Error::Changed`] when it has another version then.
    pub async fn next(&mut self) -> Result<Vec<MemberEntry>, Error> {
        let Some(after) = self.after.clone() else { return Ok(Vec::new()) };
        let stretch = async |snapshot: &Snapshot| {
            snapshot
                .read(async |conn| stretch(conn, &self.scope, &self.id, &after, self.with_names).await)
                .await
        };
        let found = if let Some(found) = stretch(&self.snapshot).await? {
            found
        } else {
            let later = self.store.snapshot(&self.scope).await?;
            let now = later.read(async |conn| group(conn, &self.scope, &self.id).await).await?.flatten();
            if now.is_none_or(|group| group.version != self.version) {
                return Err(Error::Changed);
            }
            let found = stretch(&later).await?.ok_or(Error::TooLong)?;
            self.snapshot = later;
            found
        };
        let (members, next) = found;
        self.store.0.member_rows.add(members.len() as u64);
        self.after = next;
        Ok(members)
    }
}

async fn group(conn: &mut SqliteConnection, scope: &Scope, id: &str) -> Result<Option<Group>, Error> {
    Ok(sqlx::query_as("SELECT * FROM scim_group WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL")
        .bind(id)
        .bind(scope.connection_id())
        .fetch_optional(conn)
        .await?)
}

/// Some members, and the last row of membership that was looked at if there may be more.
async fn stretch(
    conn: &mut SqliteConnection,
    scope: &Scope,
    group_id: &str,
    after: &str,
    with_names: bool,
) -> Result<(Vec<MemberEntry>, Option<String>), Error> {
    let (rows, last, listed): (i64, Option<String>, String) =
        sqlx::query_as(if with_names { NAMED } else { MEMBERS })
            .bind(group_id)
            .bind(scope.connection_id())
            .bind(after)
            .bind(signed(STRETCH))
            .fetch_one(conn)
            .await?;
    let unreadable = |error: serde_json::Error| sqlx::Error::Decode(Box::new(error));
    let mut members: Vec<MemberEntry> = if with_names {
        let listed: Vec<(String, String)> = serde_json::from_str(&listed).map_err(unreadable)?;
        listed.into_iter().map(|(member, display)| entry(member, Some(display))).collect()
    } else {
        let listed: Vec<String> = serde_json::from_str(&listed).map_err(unreadable)?;
        listed.into_iter().map(|member| entry(member, None)).collect()
    };
    members.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok((members, last.filter(|_| rows >= signed(STRETCH))))
}

fn entry(mut member: String, display: Option<String>) -> MemberEntry {
    let kind = member.remove(0);
    let resource_type = if kind == 'u' { ResourceType::User } else { ResourceType::Group };
    MemberEntry { id: member, resource_type, display }
}

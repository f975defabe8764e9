//! A group with its members, however many they are: as they are at one moment, in stretches, none of which is large.

use std::borrow::Cow;

use scim::ResourceType;
use sqlx::sqlite::SqliteConnection;

use crate::snapshot::Snapshot;
use crate::sql_values::{signed, unsigned};
use crate::{Error, Group, Scope, Store};

/// How many rows of membership are read at once: SQLite counts, looks up and joins them to one text, so that a stretch crosses
/// to the thread of the database once and is one row.
const STRETCH: u64 = 2_500;

/// Between the id of a member and its name. Neither of them has it: an id is ours, and JSON escapes it.
const BEFORE_NAME: char = '\u{1f}';

/// Of the `$4` rows of membership of the group `$1` behind the member `$3`: how many there are, how many of them exist, the last
/// one, and those that exist, each on a line. A person is not looked for among the groups. INDEXED BY: otherwise SQLite reads the
/// wide row of each person.
macro_rules! members_sql {
    ($name_of_person:literal, $name_of_group:literal) => {
        concat!(
            "SELECT count(*), count(entry), max(id), group_concat(entry, char(10)) FROM (
                 SELECT m.member_id AS id, coalesce(
                     (SELECT 'u' || p.id",
            $name_of_person,
            " FROM person p INDEXED BY person_connection
                      WHERE p.connection_id = $2 AND p.id = m.member_id AND p.deleted_at IS NULL),
                     (SELECT 'g' || g.id",
            $name_of_group,
            " FROM scim_group g INDEXED BY group_connection
                      WHERE g.connection_id = $2 AND g.id = m.member_id AND g.deleted_at IS NULL)
                 ) AS entry
                 FROM member m WHERE m.group_id = $1 AND m.member_id > $3 ORDER BY m.member_id LIMIT $4 + 0
             )"
        )
    };
}

const MEMBERS: &str = members_sql!("", "");
const NAMED: &str =
    members_sql!(" || char(31) || json_quote(p.display)", " || char(31) || json_quote(g.display)");

/// A member of a group, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEntry<'t> {
    /// The person's or group's id.
    pub id: &'t str,
    /// What it is.
    pub resource_type: ResourceType,
    /// Its name, where it was asked for.
    pub display: Option<Cow<'t, str>>,
}

/// Some members of a group, as SQLite wrote them.
#[derive(Debug, Default)]
pub struct MemberStretch {
    /// One on each line: `u` or `g`, the id, and the name as JSON where it was asked for.
    lines: String,
    count: u64,
}

impl MemberStretch {
    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The members, in the order of their ids.
    ///
    /// # Errors
    /// SQLite's, for a name that is not JSON.
    pub fn members(&self) -> impl Iterator<Item = Result<MemberEntry<'_>, Error>> {
        self.lines.lines().map(entry)
    }
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
    pub async fn next(&mut self) -> Result<MemberStretch, Error> {
        let Some(after) = self.after.clone() else { return Ok(MemberStretch::default()) };
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
        self.store.0.member_rows.add(members.count);
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
) -> Result<(MemberStretch, Option<String>), Error> {
    let (rows, count, last, lines): (i64, i64, Option<String>, Option<String>) =
        sqlx::query_as(if with_names { NAMED } else { MEMBERS })
            .bind(group_id)
            .bind(scope.connection_id())
            .bind(after)
            .bind(signed(STRETCH))
            .fetch_one(conn)
            .await?;
    let members = MemberStretch { lines: lines.unwrap_or_default(), count: unsigned(count) };
    Ok((members, last.filter(|_| rows >= signed(STRETCH))))
}

fn entry(line: &str) -> Result<MemberEntry<'_>, Error> {
    let (member, name) = line.split_once(BEFORE_NAME).map_or((line, None), |(id, name)| (id, Some(name)));
    let (resource_type, id) = match member.strip_prefix('u') {
        Some(id) => (ResourceType::User, id),
        None => (ResourceType::Group, member.strip_prefix('g').unwrap_or(member)),
    };
    Ok(MemberEntry { id, resource_type, display: name.map(unquoted).transpose()? })
}

/// The text that is written as JSON.
fn unquoted(json: &str) -> Result<Cow<'_, str>, Error> {
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if let Some(inner) = inner.filter(|inner| !inner.contains('\\')) {
        return Ok(Cow::Borrowed(inner));
    }
    let text: String = serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Cow::Owned(text))
}

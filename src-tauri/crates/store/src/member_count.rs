//! What follows from a change of a group's members: its count, the entry of the journal, the roles.

use jiff::Timestamp;
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

use crate::brake::Removal;
use crate::clock::from_millis;
use crate::sql_values::{arguments, more_arguments, signed, unsigned};
use crate::tx_connection::{Led, led, with_sweep};
use crate::{ChangeSource, Error, Scope, Tx};

/// From how many changed members of the Admin group on all roles are settled in one pass.
const ONE_BY_ONE: usize = 50;

/// The group `$1` has `$2` members more, with the entry of the journal, if `$when`; answers which group of the connection `$9` has
/// the Admins.
macro_rules! counted_sql {
    ($first:expr, $set:expr, $when:expr, $returning:expr) => {
        concat!(
            $first,
            "UPDATE scim_group SET members = members + $2",
            $set,
            " WHERE id = $1 AND ",
            $when,
            $returning,
            "; INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after)
             SELECT $3, $4, $5, $6, 'Group', $1, 'members', $7, $8 WHERE ",
            $when,
            "; SELECT admin_group_id FROM connection WHERE id = $9"
        )
    };
}

/// The same where nothing else of the group changes, which gets its next version.
macro_rules! counted_alone_sql {
    ($first:expr, $when:expr) => {
        counted_sql!(
            $first,
            ", version = version + 1, modified_at = max(modified_at, $3)",
            $when,
            " RETURNING members, version, modified_at"
        )
    };
}

const COUNTED: Led = led!(counted_sql!("", "", "true", ""));
const COUNTED_ALONE: Led = led!(with_sweep!(counted_alone_sql!("", "true")));

/// `$10` becomes a member. `changes()` is how many rows the statement before wrote: zero, if it was a member already.
const ADDED: Led = led!(with_sweep!(counted_alone_sql!(
    "INSERT INTO member (group_id, member_id, resolved) VALUES (
         $1, $10, EXISTS (SELECT 1 FROM person WHERE id = $10 AND connection_id = $9 AND deleted_at IS NULL)
             OR EXISTS (SELECT 1 FROM scim_group WHERE id = $10 AND connection_id = $9 AND deleted_at IS NULL)
     ) ON CONFLICT DO NOTHING; ",
    "changes() > 0"
)));
/// The same for `$10` that is a member no longer.
const REMOVED: Led = led!(with_sweep!(counted_alone_sql!(
    "DELETE FROM member WHERE group_id = $1 AND member_id = $10; ",
    "changes() > 0"
)));

/// Who belongs to a group after some changes and did not before, and the other way round.
#[derive(Debug, Default)]
pub(crate) struct MemberDelta {
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

impl MemberDelta {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// How many members a group has, in which version, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemberCount {
    pub members: u64,
    pub version: u64,
    pub modified_at: Timestamp,
}

impl Tx {
    /// Counts and journals who was added and removed.
    pub(crate) async fn count_members(
        &mut self,
        scope: &Scope,
        group_id: &str,
        delta: &MemberDelta,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        if delta.is_empty() {
            return Ok(());
        }
        let arguments = self.counted(scope, group_id, delta, origin)?;
        let rows = self.conn.fetch_led(&COUNTED, arguments).await?;
        self.follow_members(scope, group_id, delta, &rows, origin).await
    }

    /// The same where nothing else of the group changes, which gets its next version.
    pub(crate) async fn count_members_alone(
        &mut self,
        scope: &Scope,
        group_id: &str,
        delta: &MemberDelta,
        origin: &ChangeSource,
    ) -> Result<MemberCount, Error> {
        let arguments = self.counted(scope, group_id, delta, origin)?;
        let rows = self.conn.fetch_and_sweep(&COUNTED_ALONE, arguments).await?;
        let counted = count_in(&rows)?.ok_or(sqlx::Error::RowNotFound)?;
        self.follow_members(scope, group_id, delta, &rows, origin).await?;
        Ok(counted)
    }

    /// Adds or removes one member, where nothing else of the group changes: all of it by one execution. `None`: it was a
    /// member already, or was not one.
    pub(crate) async fn change_one_member(
        &mut self,
        scope: &Scope,
        group_id: &str,
        (id, is_added): (&str, bool),
        origin: &ChangeSource,
    ) -> Result<Option<MemberCount>, Error> {
        let mut delta = MemberDelta::default();
        let (side, sql) = if is_added { (&mut delta.added, &ADDED) } else { (&mut delta.removed, &REMOVED) };
        side.push(id.to_owned());
        if is_added {
            self.withdraw_removals(origin, &delta.added, group_id).await?;
        }
        let arguments = more_arguments!(self.counted(scope, group_id, &delta, origin)?, id)?;
        let rows = self.conn.fetch_and_sweep(sql, arguments).await?;
        let Some(counted) = count_in(&rows)? else { return Ok(None) };
        self.member_rows.add(1);
        self.note_removals(origin, delta.removed.iter().map(|id| Removal::of_member(id, group_id)));
        self.follow_members(scope, group_id, &delta, &rows, origin).await?;
        Ok(Some(counted))
    }

    /// The first arguments of a statement of `counted_sql`.
    fn counted(
        &self,
        scope: &Scope,
        group_id: &str,
        delta: &MemberDelta,
        origin: &ChangeSource,
    ) -> Result<SqliteArguments, Error> {
        let MemberDelta { added, removed } = delta;
        let by = signed(added.len() as u64) - signed(removed.len() as u64);
        Ok(arguments!(
            group_id,
            by,
            self.now().as_millisecond(),
            origin.connection_id.as_deref(),
            origin.activity_id.as_deref(),
            origin.actor.as_deref(),
            json!({ "removed": removed }).to_string(),
            json!({ "added": added }).to_string(),
            scope.connection_id()
        )?)
    }

    /// Lets the roles follow, if this is the group whose members are Admins: one of the rows says which one is.
    async fn follow_members(
        &mut self,
        scope: &Scope,
        group_id: &str,
        delta: &MemberDelta,
        rows: &[SqliteRow],
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let row = rows.iter().find(|row| row.len() == 1);
        let admin_group: Option<String> = match row {
            Some(row) => row.try_get("admin_group_id")?,
            None => None,
        };
        if admin_group.as_deref() != Some(group_id) {
            return Ok(());
        }
        let MemberDelta { added, removed } = delta;
        if added.len() + removed.len() >= ONE_BY_ONE {
            return self.sync_roles(scope.connection_id(), None, origin).await;
        }
        for id in added.iter().chain(removed) {
            self.sync_roles(scope.connection_id(), Some(id), origin).await?;
        }
        Ok(())
    }
}

/// The row of the group, which has three columns, if it was changed.
fn count_in(rows: &[SqliteRow]) -> Result<Option<MemberCount>, Error> {
    let Some(row) = rows.iter().find(|row| row.len() == 3) else { return Ok(None) };
    Ok(Some(MemberCount {
        members: unsigned(row.try_get("members")?),
        version: unsigned(row.try_get("version")?),
        modified_at: from_millis(row.try_get("modified_at")?),
    }))
}

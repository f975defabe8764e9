//! The rows of people and groups as an undo needs them, and what is to happen to one.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use sqlx::sqlite::SqliteConnection;

use super::net::{self, Later};
use super::{UndoAct, UndoObstacle, UndoRemark};
use crate::sql_values::json_list;
use crate::{Change, ChangeKind, Error};

/// A person or group of this moment, or its tombstone.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Current {
    pub id: String,
    pub connection_id: Option<String>,
    pub display: String,
    document: String,
    pub is_deleted: bool,
    is_unconfirmed: bool,
    is_blocked: bool,
    /// Its history was attached to another person.
    is_attached: bool,
    /// Its connection is being deleted.
    pub is_leaving: bool,
    /// A DELETE leaves no tombstone.
    leaves_nothing: bool,
    pub is_admin_group: bool,
    /// What its connection gives waits until an Admin lets it through.
    is_observed: bool,
}

const PEOPLE: &str = "
    SELECT p.id, p.connection_id, p.display, p.document, p.deleted_at IS NOT NULL AS is_deleted,
        p.unconfirmed_at IS NOT NULL AS is_unconfirmed, p.blocked_at IS NOT NULL AS is_blocked,
        EXISTS (SELECT 1 FROM attached_history WHERE deleted_person_id = p.id) AS is_attached,
        c.deleting IS NOT NULL AS is_leaving, coalesce(c.on_delete = 'remove', 0) AS leaves_nothing,
        0 AS is_admin_group, c.observing_since IS NOT NULL AS is_observed
    FROM json_each($1) r JOIN person p ON p.id = r.value LEFT JOIN connection c ON c.id = p.connection_id";

const GROUPS: &str = "
    SELECT g.id, g.connection_id, g.display, g.document, g.deleted_at IS NOT NULL AS is_deleted,
        0 AS is_unconfirmed, 0 AS is_blocked, 0 AS is_attached, c.deleting IS NOT NULL AS is_leaving,
        0 AS leaves_nothing, coalesce(c.admin_group_id = g.id, 0) AS is_admin_group,
        c.observing_since IS NOT NULL AS is_observed
    FROM json_each($1) r JOIN scim_group g ON g.id = r.value JOIN connection c ON c.id = g.connection_id";

/// The rows of these people, or of these groups, by id.
pub(super) async fn current(
    conn: &mut SqliteConnection,
    ids: &[String],
    are_groups: bool,
) -> Result<HashMap<String, Current>, Error> {
    let rows: Vec<Current> =
        sqlx::query_as(if are_groups { GROUPS } else { PEOPLE }).bind(json_list(ids)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Those of the ids whose person or group no longer exists. An id that never existed is not among them: a client may send
/// members before they exist.
pub(super) async fn gone(conn: &mut SqliteConnection, ids: &[String]) -> Result<HashSet<String>, Error> {
    let gone: Vec<String> = sqlx::query_scalar(
        "SELECT r.value FROM json_each($1) r
         WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = r.value AND deleted_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM scim_group WHERE id = r.value AND deleted_at IS NULL)
         AND EXISTS (SELECT 1 FROM change WHERE resource_id = r.value)",
    )
    .bind(json_list(ids))
    .fetch_all(conn)
    .await?;
    Ok(gone.into_iter().collect())
}

/// What is to happen to a person or group itself, apart from members.
#[derive(Debug)]
pub(super) enum Decision {
    /// It is as it was before.
    Nothing,
    Refused(UndoObstacle),
    Delete,
    Restore(Map<String, Value>),
    /// With the act that it is: an update, or one that gives or ends access.
    Change(UndoAct, Map<String, Value>),
}

/// The selected changes of a resource itself, without those of its members and without what follows from others.
pub(super) fn of_itself(selected: &[Change]) -> Vec<Change> {
    selected
        .iter()
        .filter(|change| change.kind != ChangeKind::Members && change.is_undone_by_itself())
        .cloned()
        .collect()
}

/// Decides what happens to a resource of which `own` are the selected changes; see [`of_itself`].
pub(super) fn decide(current: Option<&Current>, own: &[Change], later: &[Later]) -> Decision {
    let Some(first) = own.first() else { return Decision::Nothing };
    if let Some(other) = net::in_the_way(own, later) {
        return Decision::Refused(other.obstacle());
    }
    let was_made = first.kind == ChangeKind::Create;
    let nothing_left = if was_made { Decision::Nothing } else { Decision::Refused(UndoObstacle::Gone) };
    let Some(current) = current else { return nothing_left };
    if current.is_leaving {
        return Decision::Refused(UndoObstacle::ConnectionGone);
    }
    let Ok(document) = serde_json::from_str::<Map<String, Value>>(&current.document) else {
        return Decision::Refused(UndoObstacle::Unreadable);
    };
    let now = (!current.is_deleted).then_some(document);
    let before = net::document_before(now.clone(), own);
    match (now, before) {
        (None, None) => nothing_left,
        (Some(_), None) => later
            .iter()
            .find(|other| changes_members_since(other, first))
            .map_or(Decision::Delete, |other| Decision::Refused(other.obstacle())),
        (None, Some(_)) if current.is_attached => Decision::Refused(UndoObstacle::HistoryAttached),
        // Deleting a connection journals no document.
        (None, Some(before)) if !is_whole(&before) => Decision::Refused(UndoObstacle::Gone),
        (None, Some(before)) => Decision::Restore(before),
        (Some(now), Some(before)) if now == before => Decision::Nothing,
        (Some(now), Some(before)) => match (is_active(&now), is_active(&before)) {
            (false, true) if current.is_unconfirmed => Decision::Refused(UndoObstacle::Unconfirmed),
            (false, true) => Decision::Change(UndoAct::Reactivate, before),
            (true, false) => Decision::Change(UndoAct::Deactivate, before),
            _ => Decision::Change(UndoAct::Update, before),
        },
    }
}

/// The members of a group changed by another act than the one that created it: its deletion would end these memberships too.
fn changes_members_since(other: &Later, created: &Change) -> bool {
    let other = &other.change;
    other.kind == ChangeKind::Members && (other.at, &other.activity_id) != (created.at, &created.activity_id)
}

fn is_whole(document: &Map<String, Value>) -> bool {
    document.contains_key("userName") || document.contains_key("displayName")
}

/// A group has no `active`, and so always the same.
fn is_active(document: &Map<String, Value>) -> bool {
    document.get("active").and_then(Value::as_bool).unwrap_or(true)
}

/// The deletion among the changes after which the person returns.
fn deletion(own: &[Change]) -> Option<&Change> {
    own.iter().find(|change| change.kind == ChangeKind::Delete)
}

fn says(change: &Change, name: &str) -> bool {
    change.before.get(name).and_then(Value::as_bool).unwrap_or_default()
}

/// Whether the person was blocked at one of the deletions: an Admin may have blocked them between two.
pub(super) fn was_blocked(own: &[Change]) -> bool {
    own.iter().any(|change| change.kind == ChangeKind::Delete && says(change, "blocked"))
}

/// What a preview says of a step beside its act.
pub(super) fn remarks(act: UndoAct, current: &Current, own: &[Change]) -> Vec<UndoRemark> {
    let mut remarks = Vec::new();
    match act {
        UndoAct::Reactivate if current.is_blocked => remarks.push(UndoRemark::Blocked),
        UndoAct::Delete if current.leaves_nothing => remarks.push(UndoRemark::LeavesNothing),
        UndoAct::AddMembers if current.is_admin_group => remarks.push(UndoRemark::GivesAdmin),
        UndoAct::Restore => {
            if was_blocked(own) {
                remarks.push(UndoRemark::Blocked);
            }
            if let Some(change) = deletion(own) {
                if says(change, "maySignIn") {
                    remarks.push(UndoRemark::SignInEnded);
                }
                if change.before.get("role").is_some() {
                    remarks.push(UndoRemark::RoleEnded);
                }
            }
        }
        _ => {}
    }
    let gives_access = match act {
        UndoAct::Reactivate | UndoAct::Restore => true,
        UndoAct::AddMembers => current.is_admin_group,
        _ => false,
    };
    if gives_access && current.is_observed {
        remarks.push(UndoRemark::Waits);
    }
    remarks
}

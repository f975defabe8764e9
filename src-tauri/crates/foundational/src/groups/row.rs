//! A group as a row of a list.

use crate::connections::find::ConnectionsById;
use crate::groups::views::GroupRow;
use crate::history::words::happened;
use crate::people::row::source;

pub(crate) fn group_row(row: store::GroupRow, connections: &ConnectionsById) -> GroupRow {
    let rules = connections.get(&row.connection_id).map(|connection| &connection.rules);
    GroupRow {
        grants_admin: rules.is_some_and(|rules| rules.admin_group_id.as_ref() == Some(&row.id)),
        id: row.id,
        name: row.display,
        source: source(Some(row.connection_id), connections),
        members: row.members,
        unresolved: row.unresolved,
        last_change: row.last_change.map(|kind| happened(kind).to_owned()),
        changed_at: row.modified_at,
    }
}

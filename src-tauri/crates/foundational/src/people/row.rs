//! A person as a row of a list, and the account's e-mail address.

use store::{AccountValues, Person};

use crate::connections::find::ConnectionsById;
use crate::history::words::last_change;
use crate::people::views::PersonRow;
use crate::shapes::Source;

pub(crate) fn source(connection_id: Option<String>, connections: &ConnectionsById) -> Option<Source> {
    let connection = connections.get(&connection_id?)?;
    Some(Source {
        connection_id: connection.id.clone(),
        name: connection.name.clone(),
        provider: idp::Provider::of(&connection.provider),
    })
}

/// The account's e-mail address, by the choices of the person's connection.
pub(crate) fn email_of(person: &Person, connections: &ConnectionsById) -> Option<String> {
    let connection = person.connection_id.as_ref().and_then(|id| connections.get(id));
    let choices = connection.map(|connection| connection.choices).unwrap_or_default();
    AccountValues::of(&person.document, choices).email
}

pub(crate) fn person_row(row: store::PersonRow, connections: &ConnectionsById) -> PersonRow {
    let (last_change, changed_by) = last_change(row.last_change.as_ref(), connections);
    PersonRow {
        id: row.id,
        name: row.display,
        user_name: row.user_name,
        source: source(row.connection_id, connections),
        role: row.role,
        active: row.active,
        blocked: row.blocked,
        withheld: row.withheld,
        last_change,
        changed_by,
        changed_at: row.changed_at,
        more_groups: row.groups.saturating_sub(u64::from(row.first_group.is_some())),
        first_group: row.first_group,
    }
}

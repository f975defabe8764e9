//! People of a connection that is being deleted, as they are shown: from the decision on they are what it makes of them,
//! whether the steps of the deletion have come to their rows or not. Signing in asks the same in `accounts.rs`.

use std::collections::HashMap;

use crate::{
    ConnectionDeletion, Error, LastChange, PeopleAfterDelete, Person, PersonExport, PersonRow, Role, Store,
    Withheld,
};

/// The connections that are being deleted, with what happens to their people. Nearly always there is none.
pub(crate) struct PendingDeletions(HashMap<String, ConnectionDeletion>);

impl PendingDeletions {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn deletion(&self, connection_id: Option<&String>) -> Option<&ConnectionDeletion> {
        self.0.get(connection_id?)
    }

    fn fate(&self, connection_id: Option<&String>) -> Option<PeopleAfterDelete> {
        self.deletion(connection_id).map(|one| one.people)
    }

    /// The person as they are from now on; `None`: deleted.
    pub(crate) fn person(&self, person: Person) -> Option<Person> {
        let mut person = match self.fate(person.connection_id.as_ref()) {
            None => return Some(person),
            Some(PeopleAfterDelete::Delete) => return None,
            Some(PeopleAfterDelete::KeepActive) => person,
            Some(PeopleAfterDelete::KeepDeactivated) => {
                let mut person = Person { active: false, ..person };
                person.document.insert("active".to_owned(), false.into());
                person
            }
        };
        (person.connection_id, person.role) = (None, Role::Member);
        Some(person)
    }

    /// The same for a line of a list.
    pub(crate) fn row(&self, row: PersonRow) -> Option<PersonRow> {
        let Some(deletion) = self.deletion(row.connection_id.as_ref()) else { return Some(row) };
        let fate = deletion.people;
        (fate != PeopleAfterDelete::Delete).then(|| PersonRow {
            connection_id: None,
            active: row.active && fate == PeopleAfterDelete::KeepActive,
            role: Role::Member,
            withheld: left_withheld(row.withheld, fate),
            changed_at: row.changed_at.max(deletion.at),
            last_change: Some(last_change(deletion)),
            first_group: None,
            groups: 0,
            ..row
        })
    }

    /// The same for a line of an export.
    pub(crate) fn export(&self, one: PersonExport) -> Option<PersonExport> {
        let leaves = self.fate(one.person.connection_id.as_ref()).is_some();
        let groups = if leaves { Vec::new() } else { one.groups };
        let (changed_at, last_change) = match self.deletion(one.person.connection_id.as_ref()) {
            Some(deletion) => (one.changed_at.max(deletion.at), Some(last_change(deletion))),
            None => (one.changed_at, one.last_change),
        };
        let withheld = match self.fate(one.person.connection_id.as_ref()) {
            Some(fate) => left_withheld(one.withheld, fate),
            None => one.withheld,
        };
        Some(PersonExport {
            person: self.person(one.person)?,
            withheld,
            groups,
            changed_at,
            last_change,
            ..one
        })
    }
}

/// What is still withheld: the deletion lets no account sign in, and the role ends with its group.
fn left_withheld(withheld: Option<Withheld>, fate: PeopleAfterDelete) -> Option<Withheld> {
    let is_left = |withheld: &Withheld| withheld.sign_in && fate == PeopleAfterDelete::KeepActive;
    withheld.filter(is_left).map(|withheld| Withheld { admin: false, ..withheld })
}

/// The change that the deletion of their connection is for its people.
fn last_change(deletion: &ConnectionDeletion) -> LastChange {
    let actor = deletion.actor.clone();
    LastChange { kind: deletion.people.change(), connection_id: None, actor, actor_name: None }
}

impl Store {
    pub(crate) async fn leaving(&self) -> Result<PendingDeletions, Error> {
        Ok(PendingDeletions(
            self.connection_deletions().await?.into_iter().map(|one| (one.id.clone(), one)).collect(),
        ))
    }
}

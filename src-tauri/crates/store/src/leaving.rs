//! People of a connection that is being deleted, as they are shown: from the decision on they are what it makes of them,
//! whether the steps of the deletion have come to their rows or not. Signing in asks the same in `accounts.rs`.

use std::collections::HashMap;

use crate::{Error, PeopleAfterDelete, Person, PersonExport, PersonRow, Role, Store};

/// The connections that are being deleted, with what becomes of their people. Nearly always there is none.
pub(crate) struct Leaving(HashMap<String, PeopleAfterDelete>);

impl Leaving {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn fate(&self, connection_id: Option<&String>) -> Option<PeopleAfterDelete> {
        self.0.get(connection_id?).copied()
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
        let Some(fate) = self.fate(row.connection_id.as_ref()) else { return Some(row) };
        (fate != PeopleAfterDelete::Delete).then(|| PersonRow {
            connection_id: None,
            active: row.active && fate == PeopleAfterDelete::KeepActive,
            role: Role::Member,
            last_change: Some(fate.change().as_str().to_owned()),
            first_group: None,
            groups: 0,
            ..row
        })
    }

    /// The same for a line of an export.
    pub(crate) fn export(&self, one: PersonExport) -> Option<PersonExport> {
        let leaves = self.fate(one.person.connection_id.as_ref()).is_some();
        let groups = if leaves { Vec::new() } else { one.groups };
        Some(PersonExport { person: self.person(one.person)?, groups, ..one })
    }
}

impl Store {
    pub(crate) async fn leaving(&self) -> Result<Leaving, Error> {
        Ok(Leaving(self.deletions().await?.into_iter().map(|one| (one.id, one.people)).collect()))
    }
}

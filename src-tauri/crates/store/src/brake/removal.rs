//! One thing that a write takes away.

/// What a write takes away: access, a membership, or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Removal {
    /// Nothing for the deletion of a group.
    pub(super) person_id: String,
    /// Nothing for the account itself.
    pub(super) group_id: String,
    pub(super) deletes: bool,
    /// The request.
    pub(super) activity_id: Option<String>,
}

impl Removal {
    /// A person is deactivated, or deleted.
    pub(crate) fn of_access(person_id: &str, deletes: bool) -> Self {
        Self { person_id: person_id.to_owned(), deletes, ..Self::default() }
    }

    /// A member is taken out of a group.
    pub(crate) fn of_member(person_id: &str, group_id: &str) -> Self {
        Self { person_id: person_id.to_owned(), group_id: group_id.to_owned(), ..Self::default() }
    }

    /// A group is deleted.
    pub(super) fn of_group(group_id: &str) -> Self {
        Self { group_id: group_id.to_owned(), deletes: true, ..Self::default() }
    }
}

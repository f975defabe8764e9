//! What a change was and who made it, in words.

use store::ChangeKind;

use crate::connections::find::ConnectionsById;

/// What a change was, in a word or two.
pub(crate) const fn happened(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Create => "Created",
        ChangeKind::Update => "Changed",
        ChangeKind::Deactivate => "Deactivated",
        ChangeKind::Reactivate => "Reactivated",
        ChangeKind::Delete => "Deleted",
        ChangeKind::Members => "Members changed",
        ChangeKind::Block => "Blocked",
        ChangeKind::Unblock => "Unblocked",
        ChangeKind::Promote => "Made Admin",
        ChangeKind::Demote => "Made Member",
        ChangeKind::Allow => "Sign-in allowed",
        ChangeKind::Forbid => "Sign-in withdrawn",
        ChangeKind::Password => "Password changed",
        ChangeKind::Link => "Linked to a connection",
        ChangeKind::Unlink => "Made a local account",
        ChangeKind::LetThrough => "Let through",
    }
}

/// The name of an actor whose account was deleted.
pub(crate) const DELETED_USER: &str = "a deleted user";

/// Who or what made a change: a connection, a person here by the name they have, or the program itself.
pub(crate) fn author(
    connection_id: Option<&String>,
    actor: Option<&str>,
    connections: &ConnectionsById,
) -> String {
    match (connection_id, actor) {
        (Some(id), _) => connections.get(id).map_or("a deleted connection", |known| &known.name).to_owned(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => "Foundational".to_owned(),
    }
}

/// What a person's newest change was and who made it.
pub(crate) fn last_change(
    change: Option<&store::LastChange>,
    connections: &ConnectionsById,
) -> (Option<String>, Option<String>) {
    let Some(change) = change else { return (None, None) };
    let actor = change.actor.as_ref().map(|_| change.actor_name.as_deref().unwrap_or(DELETED_USER));
    let by = author(change.connection_id.as_ref(), actor, connections);
    (Some(happened(change.kind).to_owned()), Some(by))
}

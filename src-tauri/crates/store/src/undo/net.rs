//! What the selected changes of one resource did together, and which other change is in the way. Pure.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use super::UndoObstacle;
use crate::journal_value::take_back;
use crate::rule_changes::THROUGH_GROUP;
use crate::unlink::BESIDE;
use crate::{Change, ChangeKind};

/// A change of the same resource that is not selected.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Later {
    #[sqlx(flatten)]
    pub change: Change,
    /// Part of an undo.
    pub by_undo: bool,
}

/// What a change alters of its resource, apart from members.
enum Altered<'c> {
    Nothing,
    Attributes(HashSet<&'c str>),
    /// Whether it exists, or to which connection it belongs.
    Everything,
}

impl Altered<'_> {
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => false,
            (Self::Attributes(one), Self::Attributes(other)) => !one.is_disjoint(other),
            _ => true,
        }
    }
}

fn altered(change: &Change) -> Altered<'_> {
    match change.kind {
        ChangeKind::Create | ChangeKind::Delete | ChangeKind::Link | ChangeKind::Unlink => {
            Altered::Everything
        }
        ChangeKind::Update | ChangeKind::Deactivate | ChangeKind::Reactivate => {
            let sides = [&change.before, &change.after].into_iter().filter_map(Value::as_object);
            let names: HashSet<&str> = sides.flat_map(Map::keys).map(String::as_str).collect();
            if names.contains("source") { Altered::Everything } else { Altered::Attributes(names) }
        }
        _ => Altered::Nothing,
    }
}

impl Change {
    /// Whether an undo takes it back by itself: a change of a document or of members. All others have commands of their own.
    pub fn is_undone_by_itself(&self) -> bool {
        match self.kind {
            ChangeKind::Create | ChangeKind::Delete | ChangeKind::Members => true,
            ChangeKind::Update | ChangeKind::Deactivate | ChangeKind::Reactivate => {
                // A deleted connection's people, and attached histories, are no document.
                matches!(altered(self), Altered::Attributes(names) if names.iter().any(|name| !BESIDE.contains(name)))
            }
            _ => false,
        }
    }
}

/// A role that follows from a membership.
pub(super) fn follows(change: &Change) -> bool {
    matches!(change.kind, ChangeKind::Promote | ChangeKind::Demote)
        && (change.connection_id.is_some() || change.after.get(THROUGH_GROUP).is_some())
}

/// It moves the resource from one connection to another, or to none.
pub(super) fn moves(change: &Change) -> bool {
    matches!(change.kind, ChangeKind::Link | ChangeKind::Unlink) || change.after.get("source").is_some()
}

/// The first later change that altered the same as a selected one before it.
pub(super) fn in_the_way<'l>(selected: &[Change], later: &'l [Later]) -> Option<&'l Later> {
    later.iter().find(|other| {
        let theirs = altered(&other.change);
        selected.iter().any(|own| own.id < other.change.id && altered(own).meets(&theirs))
    })
}

/// The document before the selected changes, of a resource that has `current` now; `None`: it does not exist.
pub(super) fn document_before(
    current: Option<Map<String, Value>>,
    selected: &[Change],
) -> Option<Map<String, Value>> {
    let nothing = Map::new();
    let mut document = current;
    for change in selected.iter().rev() {
        let side = |value: &'_ Value| value.as_object().cloned().unwrap_or_default();
        match change.kind {
            ChangeKind::Create => document = None,
            ChangeKind::Delete => document = Some(side(&change.before)),
            ChangeKind::Update | ChangeKind::Deactivate | ChangeKind::Reactivate => {
                if let Some(document) = &mut document {
                    let before = change.before.as_object().unwrap_or(&nothing);
                    let after = change.after.as_object().unwrap_or(&nothing);
                    take_back(document, before, after);
                }
            }
            _ => {}
        }
    }
    document.map(|mut document| {
        document.retain(|name, _| !BESIDE.contains(&name.as_str()));
        document
    })
}

/// What the selected changes did to a member of a group, all together.
#[derive(Debug)]
pub(super) struct MemberNet<'c> {
    pub id: String,
    /// It was a member before them; now it is the opposite.
    pub was: bool,
    /// The changes that are about it, ascending.
    pub changes: Vec<i64>,
    /// The newest later change that is about it.
    pub changed: Option<&'c Later>,
}

fn ids<'c>(side: &'c Value, name: &str) -> impl Iterator<Item = &'c str> {
    side.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Each member of a change, and whether it was one before.
fn members_of(change: &Change) -> impl Iterator<Item = (&str, bool)> {
    let removed = ids(&change.before, "removed").map(|id| (id, true));
    removed.chain(ids(&change.after, "added").map(|id| (id, false)))
}

/// Whether a change is about one of these members.
pub(super) fn is_about_member(change: &Change, id: &str) -> bool {
    change.kind == ChangeKind::Members && members_of(change).any(|(other, _)| other == id)
}

/// The members of a group that the selected changes altered, in the order of their ids.
pub(super) fn members<'c>(selected: &[Change], later: &'c [Later]) -> Vec<MemberNet<'c>> {
    let mut seen: BTreeMap<&str, (MemberNet<'c>, bool)> = BTreeMap::new();
    for change in selected.iter().filter(|change| change.kind == ChangeKind::Members) {
        for (id, was) in members_of(change) {
            let net = || MemberNet { id: id.to_owned(), was, changes: Vec::new(), changed: None };
            let (net, is) = seen.entry(id).or_insert_with(|| (net(), !was));
            net.changes.push(change.id);
            *is = !was;
        }
    }
    for other in later.iter().filter(|other| other.change.kind == ChangeKind::Members) {
        for (id, _) in members_of(&other.change) {
            if let Some((net, _)) = seen.get_mut(id)
                && net.changes.first().is_some_and(|first| *first < other.change.id)
            {
                net.changed = Some(other);
            }
        }
    }
    seen.into_values().filter(|(net, is)| net.was != *is).map(|(net, _)| net).collect()
}

impl Later {
    /// Why it is in the way.
    pub(super) fn obstacle(&self) -> UndoObstacle {
        UndoObstacle::ChangedSince {
            at: self.change.at.as_millisecond(),
            connection_id: self.change.connection_id.clone(),
            actor: self.change.actor.clone(),
            by_undo: self.by_undo,
        }
    }
}

//! The changes that a request makes to a group's members: their cost, limited before anything is written, and their sum.

use std::collections::HashMap;

use scim::{Error, Filter, MemberOp};
use serde_json::json;
use store::{Group, GroupMember, MemberChange, Scope, Tx};

use crate::limits::ServerLimits;
use crate::refusal::Refusal;

/// The changes that a PATCH makes, netted: at most one step that takes away and one that adds.
///
/// Filters are decided in one pass over the members as they are and those that the operations name besides; the
/// operations then apply in their order to what is a member at that point. A PATCH of a thousand filters reads the
/// members once.
///
/// # Errors
/// 413 where it costs more than one transaction may, see [`ServerLimits::member_rows`] and [`ServerLimits::filter_work`].
pub(super) async fn changes(
    tx: &mut Tx,
    scope: &Scope,
    group: &Group,
    ops: &[MemberOp],
    limits: &ServerLimits,
) -> Result<Vec<MemberChange>, Refusal> {
    let named = ops.iter().map(ids_of).sum::<usize>() as u64;
    let is_cleared = ops.iter().any(|op| matches!(op, MemberOp::Replace(_) | MemberOp::RemoveAll));
    let filters: Vec<&Filter> = ops
        .iter()
        .filter_map(|op| match op {
            MemberOp::RemoveWhere(filter) => Some(filter),
            _ => None,
        })
        .collect();
    allow_rows(named, if is_cleared { group.members } else { 0 }, limits)?;
    let terms = filters.iter().map(|filter| filter.nodes.len()).sum::<usize>() as u64;
    let work = terms.saturating_mul(group.members + named);
    if work > limits.filter_work {
        return Err(Error::payload_too_large(format!(
            "members: filters of {terms} terms over {} members cost more than one request may; name the members by value instead, or send fewer filters in one request",
            group.members
        ))
        .into());
    }
    let matched =
        if filters.is_empty() { Vec::new() } else { matching(tx, scope, group, ops, &filters).await? };
    Ok(net(ops, matched))
}

/// Whether so many members may be named by one request, and so many more be taken away by it.
///
/// # Errors
/// 413 beyond [`ServerLimits::member_rows`].
pub(super) fn allow_rows(named: u64, cleared: u64, limits: &ServerLimits) -> Result<(), Error> {
    if named.max(cleared) > limits.member_rows {
        return Err(Error::payload_too_large(format!(
            "members: {} in one request; at most {} are changed at once, send them in several requests",
            named.max(cleared),
            limits.member_rows
        )));
    }
    Ok(())
}

/// Whether a group may have so many members after a write. One that had more before may become smaller.
///
/// # Errors
/// 413 beyond [`ServerLimits::member_rows`], so that what was added can be replaced or deleted in one transaction.
pub(super) fn allow_size(before: u64, after: u64, limits: &ServerLimits) -> Result<(), Error> {
    if after > limits.member_rows && after > before {
        return Err(Error::payload_too_large(format!(
            "members: the group would have {after}; a group has at most {} members",
            limits.member_rows
        )));
    }
    Ok(())
}

fn ids_of(op: &MemberOp) -> usize {
    match op {
        MemberOp::Add(members) | MemberOp::Replace(members) => members.len(),
        MemberOp::Remove(ids) => ids.len(),
        MemberOp::RemoveWhere(_) | MemberOp::RemoveAll => 0,
    }
}

/// For each filter the ids of the members that match it.
async fn matching(
    tx: &mut Tx,
    scope: &Scope,
    group: &Group,
    ops: &[MemberOp],
    filters: &[&Filter],
) -> Result<Vec<Vec<String>>, Refusal> {
    let added: Vec<String> = ops
        .iter()
        .flat_map(|op| match op {
            MemberOp::Add(members) | MemberOp::Replace(members) => members.as_slice(),
            _ => &[],
        })
        .map(|member| member.value.clone())
        .collect();
    let mut matched = vec![Vec::new(); filters.len()];
    let take = |member: GroupMember| {
        let element =
            json!({ "value": member.id, "display": member.display, "type": member.resource_type().name() });
        for (filter, ids) in filters.iter().zip(&mut matched) {
            if filter.matches_element(&element) {
                ids.push(member.id.clone());
            }
        }
    };
    tx.for_each_member(scope, &group.id, &added, take).await?;
    Ok(matched)
}

/// The operations in one go: an id is added or removed as the last operation says that names it.
fn net(ops: &[MemberOp], matched: Vec<Vec<String>>) -> Vec<MemberChange> {
    let mut matched = matched.into_iter();
    let (mut is_cleared, mut named) = (false, HashMap::<String, bool>::new());
    for op in ops {
        if matches!(op, MemberOp::Replace(_) | MemberOp::RemoveAll) {
            is_cleared = true;
            named.clear();
        }
        match op {
            MemberOp::Add(members) | MemberOp::Replace(members) => {
                named.extend(members.iter().map(|member| (member.value.clone(), true)));
            }
            MemberOp::Remove(ids) => named.extend(ids.iter().map(|id| (id.clone(), false))),
            MemberOp::RemoveWhere(_) => {
                named.extend(matched.next().unwrap_or_default().into_iter().map(|id| (id, false)));
            }
            MemberOp::RemoveAll => {}
        }
    }
    let (added, removed): (Vec<_>, Vec<_>) = named.into_iter().partition(|(_, is_member)| *is_member);
    let ids = |named: Vec<(String, bool)>| named.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let (added, removed) = (ids(added), ids(removed));
    match (is_cleared, added.is_empty(), removed.is_empty()) {
        (true, true, _) => vec![MemberChange::RemoveAll],
        (true, false, _) => vec![MemberChange::Replace(added)],
        (false, true, true) => Vec::new(),
        (false, false, true) => vec![MemberChange::Add(added)],
        (false, true, false) => vec![MemberChange::Remove(removed)],
        (false, false, false) => vec![MemberChange::Remove(removed), MemberChange::Add(added)],
    }
}

#[cfg(test)]
mod tests {
    use scim::Member;

    use super::*;

    fn add(ids: &[&str]) -> MemberOp {
        MemberOp::Add(members(ids))
    }

    fn members(ids: &[&str]) -> Vec<Member> {
        let member = |id: &&str| Member { value: (*id).to_owned(), display: None, resource_type: None };
        ids.iter().map(member).collect()
    }

    fn remove(ids: &[&str]) -> MemberOp {
        MemberOp::Remove(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn operations_apply_in_their_order() {
        let a = || vec!["a".to_owned()];
        for (ops, expected) in [
            (vec![add(&["a"]), remove(&["a"])], vec![MemberChange::Remove(a())]),
            (vec![remove(&["a"]), add(&["a"])], vec![MemberChange::Add(a())]),
            (
                vec![remove(&["b"]), add(&["a"])],
                vec![MemberChange::Remove(vec!["b".into()]), MemberChange::Add(a())],
            ),
            (vec![add(&["b"]), MemberOp::RemoveAll, add(&["a"])], vec![MemberChange::Replace(a())]),
            (vec![MemberOp::Replace(members(&["b"])), remove(&["b"])], vec![MemberChange::RemoveAll]),
            (
                vec![MemberOp::Replace(members(&["b"])), MemberOp::Replace(members(&["a"]))],
                vec![MemberChange::Replace(a())],
            ),
            (vec![MemberOp::Replace(Vec::new())], vec![MemberChange::RemoveAll]),
            (vec![remove(&[])], vec![]),
        ] {
            assert_eq!(net(&ops, Vec::new()), expected, "{ops:?}");
        }
    }
}

//! Removals of members by a text that can never be an id.

use scim::MemberOp;
use store::Tx;

use crate::refusal::Refusal;

/// Refuses removals that could do nothing because they name a text that can never be an id: a 200 would say that
/// a person left who is still a member. Groups of old data have members of such names; those are removed by them.
///
/// # Errors
/// 400 `invalidValue` with the text that arrived.
pub(super) async fn refuse_impossible(tx: &mut Tx, group_id: &str, ops: &[MemberOp]) -> Result<(), Refusal> {
    for op in ops {
        let named = op.impossible_ids();
        if named.is_empty() {
            continue;
        }
        let stored = match op {
            // The text in a filter is not the id of a member, so only a plain removal finds one of old data.
            MemberOp::Remove(_) => tx.members_among(group_id, &named).await?,
            _ => Vec::new(),
        };
        if let Some(text) = named.into_iter().find(|text| !stored.iter().any(|id| id == text)) {
            return Err(scim::impossible_id("members.value", text).into());
        }
    }
    Ok(())
}

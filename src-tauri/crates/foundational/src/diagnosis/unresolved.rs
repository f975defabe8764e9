//! Members of groups who are not here: which of them have been waiting for longer than a cycle, by the names that are known.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::{ConnectionFacts, UnresolvedMember, UnresolvedMembers};
use crate::diagnosis::thresholds::{MEMBERS_MOST, MEMBERS_SHOWN, first_person};
use crate::error::Error;

impl Diagnosis {
    /// Groups with members who are not here for longer than a cycle, by connection.
    pub(crate) async fn unresolved_members(
        &self,
        connections: &[ConnectionFacts],
    ) -> Result<HashMap<String, Vec<UnresolvedMembers>>, Error> {
        let mut found: HashMap<String, Vec<UnresolvedMembers>> = HashMap::new();
        for group in self.store().unresolved_groups().await? {
            let Some(facts) = connections.iter().find(|one| one.connection.id == group.connection_id) else {
                continue;
            };
            let ids =
                self.store().unresolved_members(&group.group_id, settled_before(facts, self.now())).await?;
            let mut members = Vec::new();
            for (place, id) in ids.into_iter().enumerate() {
                let deleted =
                    if place < MEMBERS_SHOWN { self.store().deleted_person(&id).await? } else { None };
                members.push(UnresolvedMember { id, deleted: deleted.map(|person| person.display) });
            }
            if !members.is_empty() {
                let group = UnresolvedMembers { group_id: group.group_id, group: group.group, members };
                found.entry(facts.connection.id.clone()).or_default().push(group);
            }
        }
        Ok(found)
    }
}

/// Who was added before this has had time to arrive: it was before the cycle of now and longer ago than the usual pause. A cycle
/// may last for hours, and an identity provider that never pauses has one that does not end.
fn settled_before(facts: &ConnectionFacts, now: Timestamp) -> Timestamp {
    let usual = facts.usual.and_then(|usual| Duration::try_from(usual).ok());
    let pause = usual.unwrap_or_else(|| first_person(facts.provider));
    let cycle = facts.newest_cycle.as_ref().map_or(now, |cycle| cycle.started_at);
    cycle.min(now - pause).max(now - MEMBERS_MOST.max(pause))
}

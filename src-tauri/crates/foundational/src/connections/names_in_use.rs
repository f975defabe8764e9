//! Refused writes of people whose names are in use: who has the names, and which people are missing.

use std::collections::HashMap;

use idp::reason_code::ReasonCode;
use scim::fold;
use store::{Account, Observed, RefusedWrite, WriteAct};

use crate::connections::Connections;
use crate::context::Room as _;
use crate::diagnosis::facts::{HolderSource, NameHolder, NameLoop};
use crate::diagnosis::thresholds::IN_A_ROW;
use crate::error::Error;

/// Who has the names that refused writes ask for.
pub(crate) struct NamesInUse {
    /// By the folded name.
    holders: HashMap<String, Account>,
    /// The names of connections, by id.
    connections: HashMap<String, String>,
}

impl Connections {
    /// Looks up who has the names that were in use when these writes were refused.
    pub(crate) async fn names_in_use(
        &self,
        observed: &HashMap<String, Observed>,
    ) -> Result<NamesInUse, Error> {
        let refused = observed.values().flat_map(|observed| &observed.refused);
        let names: Vec<String> = refused.filter_map(name_in_use).collect();
        let holders = if names.is_empty() { Vec::new() } else { self.store().accounts_named(&names).await? };
        let known = self.store().known_connections().into_iter();
        Ok(NamesInUse {
            holders: holders.into_iter().map(|holder| (fold(&holder.user_name), holder)).collect(),
            connections: known.map(|known| (known.id.clone(), known.name.clone())).collect(),
        })
    }
}

impl NamesInUse {
    /// Those of a connection's refused writes of which something is missing, and those of people who are created again and again.
    /// A person whose name was in use is not missing, once the name is free or a person of the connection itself has it: many
    /// clients create a person again to see whether it exists.
    pub(crate) fn sorted(
        &self,
        connection_id: &str,
        mut refused: Vec<RefusedWrite>,
    ) -> (Vec<RefusedWrite>, Vec<NameLoop>) {
        let loops = refused.iter().filter_map(|one| self.name_loop(connection_id, one)).collect();
        // A group is of the connection in any case: who creates it once more has learnt that it exists.
        refused.retain(|one| !(is_duplicate(one, "Group") && one.refusals < IN_A_ROW));
        let is_missing = |holder: &Account| holder.connection_id.as_deref() != Some(connection_id);
        refused.retain(|one| {
            name_in_use(one).is_none_or(|name| self.holders.get(&name).is_some_and(is_missing))
        });
        (refused, loops)
    }

    fn name_loop(&self, connection_id: &str, one: &RefusedWrite) -> Option<NameLoop> {
        let is_again = one.act == WriteAct::Create && one.refusals >= IN_A_ROW;
        let holder = self.holders.get(&name_in_use(one).filter(|_| is_again)?)?;
        let source = match &holder.connection_id {
            None => HolderSource::Local,
            Some(id) if id == connection_id => HolderSource::ThisConnection,
            Some(id) => {
                let name = self.connections.get(id).map_or("a deleted connection", String::as_str);
                HolderSource::OtherConnection(name.to_owned())
            }
        };
        let holder = NameHolder { id: holder.id.clone(), name: holder.name.clone(), source };
        Some(NameLoop { refused: one.clone(), holder })
    }
}

/// The folded name of a person that was in use.
fn name_in_use(one: &RefusedWrite) -> Option<String> {
    one.user_name.as_deref().filter(|_| is_duplicate(one, "User")).map(fold)
}

fn is_duplicate(one: &RefusedWrite, resource_type: &str) -> bool {
    one.reason == ReasonCode::Duplicate.as_str() && one.subject.starts_with(resource_type)
}

//! Whose sign-in can be blocked here, of those whose deactivation was refused.

use std::collections::HashSet;

use store::{RefusedWrite, WriteAct};

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::ConnectionFacts;
use crate::error::Error;

impl Diagnosis {
    /// Those who are active and not blocked, by id.
    pub(crate) async fn blockable(&self, connections: &[ConnectionFacts]) -> Result<HashSet<String>, Error> {
        let refused = connections.iter().flat_map(|facts| &facts.refused);
        let leavers = refused.filter(|one| one.act == WriteAct::Deactivate);
        let ids: Vec<String> = leavers.filter_map(RefusedWrite::resource_id).map(str::to_owned).collect();
        Ok(self.store().active_and_not_blocked(&ids).await?.into_iter().collect())
    }
}

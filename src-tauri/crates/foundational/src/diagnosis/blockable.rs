//! Whose sign-in can be blocked here.

use std::collections::HashSet;

use store::{RefusedWrite, WriteAct};

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::ConnectionFacts;
use crate::error::Error;

impl Diagnosis {
    /// Those of these people who can sign in, by id. With anyone else there is nothing to block: they are deactivated, deleted or
    /// blocked, or wait to be let through.
    pub(crate) async fn blockable(&self, ids: &[String]) -> Result<HashSet<String>, Error> {
        Ok(self.store().who_may_sign_in(ids).await?.into_iter().collect())
    }

    /// Those of the people whose deactivation was refused.
    pub(crate) async fn blockable_leavers(
        &self,
        connections: &[ConnectionFacts],
    ) -> Result<HashSet<String>, Error> {
        let refused = connections.iter().flat_map(|facts| &facts.refused);
        let leavers = refused.filter(|one| one.act == WriteAct::Deactivate);
        let ids: Vec<String> = leavers.filter_map(RefusedWrite::resource_id).map(str::to_owned).collect();
        self.blockable(&ids).await
    }
}

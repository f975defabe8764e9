//! Whether those whose deactivation was refused have a sign-in that can be blocked here.

use std::collections::HashMap;

use store::{RefusedWrite, WriteAct};

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::ConnectionFacts;
use crate::diagnosis::thresholds::WRITES_SHOWN;
use crate::error::Error;

impl Diagnosis {
    /// Whether they are active and not blocked, by id. Of each connection the first are looked at, as many as a finding names.
    pub(crate) async fn blockable(
        &self,
        connections: &[ConnectionFacts],
    ) -> Result<HashMap<String, bool>, Error> {
        let mut found = HashMap::new();
        for facts in connections {
            let refused = facts.refused.iter().filter(|one| one.act == WriteAct::Deactivate);
            let ids: Vec<&str> = refused.filter_map(RefusedWrite::resource_id).take(WRITES_SHOWN).collect();
            for id in ids {
                let row = self.store().person_row(id).await?;
                found.insert(id.to_owned(), row.is_some_and(|row| row.active && !row.blocked));
            }
        }
        Ok(found)
    }
}

//! Whether those whose deactivation was refused have a sign-in that can be blocked here.

use std::collections::HashMap;

use store::WriteAct;

use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::ConnectionFacts;
use crate::diagnosis::rules::writes::finding_id;
use crate::diagnosis::thresholds::WRITES_SHOWN;
use crate::error::Error;

impl Diagnosis {
    /// Whether they are active and not blocked, by id, of those that a finding names.
    pub(crate) async fn blockable(
        &self,
        connections: &[ConnectionFacts],
    ) -> Result<HashMap<String, bool>, Error> {
        let mut found = HashMap::new();
        for facts in connections {
            let mut named: HashMap<String, usize> = HashMap::new();
            for one in facts.refused.iter().filter(|one| one.act == WriteAct::Deactivate) {
                let place = named.entry(finding_id(&facts.connection.id, one)).or_default();
                *place += 1;
                let Some(id) = one.resource_id().filter(|_| *place <= WRITES_SHOWN) else { continue };
                let row = self.store().person_row(id).await?;
                found.insert(id.to_owned(), row.is_some_and(|row| row.active && !row.blocked));
            }
        }
        Ok(found)
    }
}

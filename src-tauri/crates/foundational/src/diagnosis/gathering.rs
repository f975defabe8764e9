//! The facts of this moment, from every room, as the rules take them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use idp::remedy::Remedy;
use jiff::Timestamp;
use server::is_of_this_computer;
use store::{Connection, ExchangeWithNotes};

use crate::connections::find::ConnectionsById;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::{
    ConnectionFacts, Distrust, Explained, Facts, MissingAttribute, ServerOverview,
};
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{IN_A_ROW, NOTED, WRITES_SHOWN};
use crate::diagnosis::written::UserWrite;
use crate::error::Error;
use crate::settings;

/// What is read of the newest requests, by connection.
#[derive(Default)]
pub(super) struct Requests {
    noted: HashMap<String, Vec<ExchangeWithNotes>>,
    written: HashMap<String, Vec<UserWrite>>,
    missing: HashMap<String, Vec<MissingAttribute>>,
}

impl Diagnosis {
    /// What is read of the newest requests of these connections.
    pub(super) async fn newest_requests(&self, connections: &[Connection]) -> Result<Requests, Error> {
        let mut requests = Requests::default();
        for connection in connections {
            let (exchanges, _) = self.store().exchanges_with_notes(&connection.id, NOTED).await?;
            let writes = self.writes_of_people(connection).await?;
            let missing = self.missing_attributes(connection, &writes).await?;
            requests.missing.insert(connection.id.clone(), missing);
            requests.written.insert(connection.id.clone(), writes);
            requests.noted.insert(connection.id.clone(), exchanges);
        }
        Ok(requests)
    }

    /// The facts of this moment.
    pub(super) async fn facts(
        &self,
        connections: Vec<Connection>,
        requests: Requests,
    ) -> Result<Facts, Error> {
        let connections = self.connections.facts(connections).await?;
        Ok(Facts {
            now: self.now(),
            server: self.server_overview().await?,
            workspace: self.of_workspace().await?,
            explained: self.explained(&connections).await?,
            noted: requests.noted,
            written: requests.written,
            missing: requests.missing,
            log_trims: self.store().log_trims().await?,
            log_limit: self.data.log_bytes().await?,
            wrong_secrets: self.store().wrong_secrets().await?,
            unresolved: self.unresolved_members(&connections).await?,
            blockable: self.blockable_leavers(&connections).await?,
            remains_awake: settings::KEEP_AWAKE.get(self.store()).await?.unwrap_or_default(),
            connections,
        })
    }

    async fn server_overview(&self) -> Result<ServerOverview, Error> {
        let view = self.scim_server.server_view().await?;
        // What is known of an address that no identity provider calls is no finding.
        let is_public = self.scim_server.is_public_url_used();
        let is_interim = self.scim_server.exposure().state().is_interim();
        Ok(ServerOverview {
            facts: self.scim_server.server_facts().await?,
            problem: view.problem,
            reach: view.reach.filter(|_| is_public),
            moved: view.moved,
            certificate_end: self.scim_server.certificate_end().filter(|_| is_public),
            own_certificate_end: self.scim_server.own_certificate_end(),
            certificate_problem: self.scim_server.certificate_problem(),
            is_interim,
            renews_itself: self.scim_server.exposure().renews_itself(),
            new_root: self.scim_server.new_root().await?,
            distrust: self.server().newest_distrust().and_then(|newest| distrust(newest, self.now())),
            crowding: self.scim_server.crowding(),
        })
    }

    /// What the rooms find about the workspace itself.
    async fn of_workspace(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.data.file_problems();
        findings.extend(self.data.clock_problem().await?);
        findings.extend(self.history.audit_problem());
        findings.extend(self.data.after_restore().await?);
        findings.extend(self.data.after_move().await?);
        findings.extend(self.data.unconfirmed().await?);
        findings.extend(self.data.backups().failing().map(|problem| {
            Finding::new(FindingCode::BackupFailing, Severity::Warning, problem).remedy(Remedy::SeeBackups)
        }));
        findings.extend(settings::CRASHED_AT.get(self.store()).await?.map(|at| {
            let message = "Foundational ended unexpectedly. The log has the details.".to_owned();
            Finding::new(FindingCode::AppCrashed, Severity::Warning, message)
                .since(Some(at))
                .evidence("It ended", Some(at))
                .remedy(Remedy::OpenLogs)
        }));
        Ok(findings)
    }

    /// Why the newest refused requests of the connections were refused.
    async fn explained(&self, connections: &[ConnectionFacts]) -> Result<HashMap<String, Explained>, Error> {
        let mut explained = HashMap::new();
        let by_id: ConnectionsById =
            connections.iter().map(|one| (one.connection.id.clone(), one.connection.clone())).collect();
        for facts in connections {
            let runs = facts.runs.iter().filter(|run| run.refusals >= IN_A_ROW).map(|run| &run.newest_id);
            let writes = facts.refused.iter().map(|one| &one.newest_id);
            for id in runs.chain(writes).take(WRITES_SHOWN) {
                let Some(activity) = self.store().activity(id).await? else { continue };
                let (why, _) = self.why(&activity, &by_id).await?;
                if let Some(why) = why {
                    let remedy = self.remedy(&activity).await?;
                    explained.insert(id.clone(), Explained { why, remedy });
                }
            }
        }
        Ok(explained)
    }
}

/// A client that did not accept the certificate so long ago. On this computer it is no identity provider: checks of the address
/// and rehearsals call from here.
fn distrust((from, ago): (IpAddr, Duration), now: Timestamp) -> Option<Distrust> {
    (!is_of_this_computer(from)).then(|| Distrust { from, at: now - ago })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_client_on_this_computer_is_no_identity_provider() {
        let now = Timestamp::UNIX_EPOCH + Duration::from_mins(5);
        let at = |from: Ipv4Addr| distrust((from.into(), Duration::from_mins(4)), now).map(|one| one.at);
        assert_eq!(at(Ipv4Addr::LOCALHOST), None);
        // An address of examples (RFC 5737), which no computer has.
        assert_eq!(at(Ipv4Addr::new(192, 0, 2, 7)), Some(Timestamp::UNIX_EPOCH + Duration::from_mins(1)));
    }
}

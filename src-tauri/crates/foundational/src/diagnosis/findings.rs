//! All findings of this moment: the facts are gathered, the rules decide, and what was found before is compared.

use std::collections::HashMap;

use idp::remedy::Remedy;
use jiff::tz::TimeZone;
use store::{AuditAct, Connection, ExchangeWithNotes};

use crate::access::sessions::Actor;
use crate::connections::find::ConnectionsById;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::facts::{ConnectionFacts, Explained, Facts, MissingAttribute, ServerOverview};
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::findings_views::{Findings, HiddenFinding};
use crate::diagnosis::rules::{diagnose, writes};
use crate::diagnosis::thresholds::{HIDDEN, IN_A_ROW, NOTED, WRITES_SHOWN};
use crate::diagnosis::written::UserWrite;
use crate::error::{Code, Error};
use crate::settings;
use crate::shapes::{ById, Nothing};

/// What is read of the newest requests, by connection.
#[derive(Default)]
struct Requests {
    noted: HashMap<String, Vec<ExchangeWithNotes>>,
    written: HashMap<String, Vec<UserWrite>>,
    missing: HashMap<String, Vec<MissingAttribute>>,
}

impl Diagnosis {
    /// Everything that is found, the most pressing first.
    pub(crate) async fn diagnose(&self) -> Result<Vec<Finding>, Error> {
        let connections = self.store().connections().await?;
        let requests = self.newest_requests(&connections).await?;
        Ok(diagnose(&self.facts(connections, requests).await?))
    }

    /// What needs a person and is not hidden, the most pressing first.
    pub(crate) async fn pressing(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.unhidden().await?;
        findings.retain(|one| one.severity != Severity::Notice);
        Ok(findings)
    }

    /// Everything that is found without reading requests and is not hidden: what is notified, and shown while requests
    /// arrive.
    pub(crate) async fn unhidden(&self) -> Result<Vec<Finding>, Error> {
        let history = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        let mut findings =
            diagnose(&self.facts(self.store().connections().await?, Requests::default()).await?);
        let now = self.now();
        findings.retain(|one| history.hidden.get(&one.id).is_none_or(|until| *until <= now));
        Ok(findings)
    }

    /// Looks at everything and remembers what is new and what is over. It is done after changes, and every few minutes.
    pub(crate) async fn look(&self) -> Result<Vec<Finding>, Error> {
        let (findings, now) = (self.diagnose().await?, self.now());
        let known = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        if known.updated(&findings, now) != known {
            let found = findings.clone();
            // Read again in the transaction, so that nothing is lost that an Admin hides at this moment.
            let done: Result<(), Error> = self
                .store()
                .write(async move |tx| {
                    let known = settings::FINDINGS.get_in(tx).await?.unwrap_or_default();
                    settings::FINDINGS.set_in(tx, Some(&known.updated(&found, now))).await
                })
                .await;
            done?;
        }
        Ok(findings)
    }

    pub(crate) async fn findings(&self, actor: Actor, _: Nothing) -> Result<Findings, Error> {
        let findings = self.diagnose().await?;
        self.view(actor, findings).await
    }

    async fn view(&self, actor: Actor, findings: Vec<Finding>) -> Result<Findings, Error> {
        let checks = self.checks(actor, &findings).await?;
        let history = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        let history = history.updated(&findings, self.now());
        let (mut shown, mut hidden) = (Vec::new(), Vec::new());
        for mut finding in findings {
            finding.since = finding.since.or_else(|| history.found_at(&finding.id));
            match history.hidden.get(&finding.id) {
                Some(until) => hidden.push(HiddenFinding { finding, until: *until }),
                None => shown.push(finding),
            }
        }
        Ok(Findings { findings: shown, hidden, past: history.past, checks, checked_at: self.now() })
    }

    /// Checks the public address, looks at everything again, and answers what is found.
    pub(crate) async fn check(&self, actor: Actor, _: Nothing) -> Result<Findings, Error> {
        if self.scim_server.exposure().public_url().is_some() {
            self.scim_server.check_public_url(actor.clone(), Nothing {}).await?;
        }
        let findings = self.look().await?;
        self.view(actor, findings).await
    }

    /// Hides a finding for seven days.
    pub(crate) async fn hide(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let finding = self.found(&args.id).await?;
        if !finding.can_hide {
            return Err(Error::new(
                Code::Conflict,
                "This finding can't be hidden: another person could join it.",
            )
            .hinting("Set its refused changes aside instead."));
        }
        let until = self.now() + HIDDEN;
        let entry = actor.audit(AuditAct::FindingHide).with(finding.message);
        self.change_hidden(entry, move |hidden| _ = hidden.insert(args.id, until)).await
    }

    /// Shows a hidden finding again.
    pub(crate) async fn show_again(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let finding = self.found(&args.id).await?;
        let entry = actor.audit(AuditAct::FindingShow).with(finding.message);
        self.change_hidden(entry, move |hidden| _ = hidden.remove(&args.id)).await
    }

    async fn change_hidden(
        &self,
        entry: store::AuditEntry,
        change: impl FnOnce(&mut std::collections::BTreeMap<String, jiff::Timestamp>) + Send + 'static,
    ) -> Result<Nothing, Error> {
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                let mut history = settings::FINDINGS.get_in(tx).await?.unwrap_or_default();
                change(&mut history.hidden);
                settings::FINDINGS.set_in(tx, Some(&history)).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        done.map(|()| Nothing {})
    }

    /// Takes the refused writes of a finding out of what is shown, until they are refused for another reason.
    pub(crate) async fn set_aside(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let finding = self.found(&args.id).await?;
        let Some(connection_id) = &finding.connection_id else {
            return Err(Error::not_found("finding", &args.id));
        };
        let mut refused = self.store().refused_writes(connection_id).await?;
        refused.retain(|one| finding.id == writes::finding_id(connection_id, one));
        let entry = actor.audit(AuditAct::FindingSetAside).with(finding.message);
        let recorded: Result<(), Error> =
            self.store().write(async move |tx| Ok(tx.audit(&entry).await?)).await;
        recorded?;
        let writes = refused.into_iter().map(|one| (one.subject, one.act)).collect();
        self.store().set_aside_refused_writes(connection_id, writes).await?;
        Ok(Nothing {})
    }

    async fn found(&self, id: &str) -> Result<Finding, Error> {
        let found = self.diagnose().await?.into_iter().find(|one| one.id == id);
        found.ok_or_else(|| Error::not_found("finding", id))
    }

    async fn newest_requests(&self, connections: &[Connection]) -> Result<Requests, Error> {
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

    async fn facts(&self, connections: Vec<Connection>, requests: Requests) -> Result<Facts, Error> {
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
            blockable: self.blockable(&connections).await?,
            stays_awake: settings::KEEP_AWAKE.get(self.store()).await?.unwrap_or_default(),
            connections,
        })
    }

    async fn server_overview(&self) -> Result<ServerOverview, Error> {
        let view = self.scim_server.server_view().await?;
        // What is known of an address that no identity provider calls is of no account.
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
            crowding: self.scim_server.crowding(),
        })
    }

    /// What the rooms find about the workspace itself.
    async fn of_workspace(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.data.file_problems();
        findings.extend(self.data.clock_problem().await?);
        findings.extend(self.data.after_restore().await?);
        findings.extend(self.data.after_move().await?);
        findings.extend(self.data.unconfirmed().await?);
        findings.extend(self.data.backups().failing().map(|problem| {
            Finding::new(FindingCode::BackupFailing, Severity::Warning, problem).remedy(Remedy::SeeBackups)
        }));
        findings.extend(settings::CRASHED_AT.get(self.store()).await?.map(|at| {
            let when = TimeZone::system().to_datetime(at).strftime("%-d %B at %H:%M").to_string();
            let message = format!("Foundational ended unexpectedly on {when}. The log has the details.");
            Finding::new(FindingCode::AppCrashed, Severity::Warning, message)
                .since(Some(at))
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

//! All findings of this moment: the facts are gathered, the rules decide, and what was found before is compared.

use std::collections::HashMap;

use idp::remedy::Remedy;
use jiff::tz::TimeZone;
use store::{AuditAct, ExchangeWithNotes, WriteAct};

use crate::access::sessions::Actor;
use crate::connections::find::connections_by_id;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::doctor_views::Level;
use crate::diagnosis::facts::{ConnectionFacts, Explained, Facts, ServerOverview};
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::finding_history::HIDDEN;
use crate::diagnosis::findings_views::{Findings, HiddenFinding};
use crate::diagnosis::rules::{diagnose, writes};
use crate::diagnosis::thresholds::IN_A_ROW;
use crate::error::Error;
use crate::settings;
use crate::shapes::{ById, Nothing};

/// How many of the newest requests of a connection are searched for notes.
const NOTED: u32 = 200;
/// How many requests of a connection are explained in its findings.
const EXPLAINED: usize = 20;

impl Diagnosis {
    /// Everything that is found, the most pressing first.
    pub(crate) async fn diagnose(&self) -> Result<Vec<Finding>, Error> {
        Ok(diagnose(&self.facts(self.noted().await?).await?))
    }

    /// Everything that is found without reading requests: what is notified, and shown while requests arrive.
    pub(crate) async fn diagnose_quickly(&self) -> Result<Vec<Finding>, Error> {
        Ok(diagnose(&self.facts(HashMap::new()).await?))
    }

    /// What needs a person and is not hidden, the most pressing first.
    pub(crate) async fn pressing(&self) -> Result<Vec<Finding>, Error> {
        let history = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        let mut findings = self.diagnose_quickly().await?;
        let now = self.now();
        findings.retain(|one| {
            one.severity != Severity::Notice && history.hidden.get(&one.id).is_none_or(|until| *until <= now)
        });
        Ok(findings)
    }

    /// Looks at everything and remembers what is new and what is over. It is done after changes, and every few minutes.
    pub(crate) async fn look(&self) -> Result<Vec<Finding>, Error> {
        let (findings, now) = (self.diagnose().await?, self.now());
        let mut history = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        history.update(&findings, now);
        settings::FINDINGS.set(self.store(), Some(&history)).await?;
        Ok(findings)
    }

    pub(crate) async fn findings(&self, actor: Actor, _: Nothing) -> Result<Findings, Error> {
        let findings = self.diagnose().await?;
        let mut history = settings::FINDINGS.get(self.store()).await?.unwrap_or_default();
        history.update(&findings, self.now());
        let (mut shown, mut hidden) = (Vec::new(), Vec::new());
        for mut finding in findings {
            finding.since = finding.since.or_else(|| history.found_at(&finding.id));
            match history.hidden.get(&finding.id) {
                Some(until) => hidden.push(HiddenFinding { finding, until: *until }),
                None => shown.push(finding),
            }
        }
        let lines = self.doctor(actor, Nothing {}).await?;
        let checks =
            lines.into_iter().filter(|line| line.level == Level::Ok).map(|line| line.message).collect();
        Ok(Findings { findings: shown, hidden, past: history.past, checks, checked_at: self.now() })
    }

    /// Checks the public address, looks at everything again, and answers what is found.
    pub(crate) async fn check(&self, actor: Actor, _: Nothing) -> Result<Findings, Error> {
        if self.scim_server.exposure().public_url().is_some() {
            self.scim_server.check_public_url(actor.clone(), Nothing {}).await?;
        }
        self.look().await?;
        self.findings(actor, Nothing {}).await
    }

    /// Hides a finding for seven days.
    pub(crate) async fn hide(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let finding = self.found(&args.id).await?;
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
        let refused = self.store().refused_writes(connection_id).await?;
        let belongs = |act: WriteAct, id: &str| {
            writes::code(act) == finding.code
                && finding.evidence.iter().any(|one| one.activity_id.as_deref() == Some(id))
        };
        let writes = refused
            .into_iter()
            .filter(|one| belongs(one.act, &one.newest_id))
            .map(|one| (one.subject, one.act))
            .collect();
        self.store().set_aside_refused_writes(connection_id, writes).await?;
        let entry = actor.audit(AuditAct::FindingSetAside).with(finding.message);
        let done: Result<(), Error> = self.store().write(async move |tx| Ok(tx.audit(&entry).await?)).await;
        done.map(|()| Nothing {})
    }

    async fn found(&self, id: &str) -> Result<Finding, Error> {
        let found = self.diagnose().await?.into_iter().find(|one| one.id == id);
        found.ok_or_else(|| Error::not_found("finding", id))
    }

    /// The newest requests of each connection with notes.
    async fn noted(&self) -> Result<HashMap<String, Vec<ExchangeWithNotes>>, Error> {
        let mut noted = HashMap::new();
        for connection in self.store().connections().await? {
            let (exchanges, _) = self.store().exchanges_with_notes(&connection.id, NOTED).await?;
            noted.insert(connection.id, exchanges);
        }
        Ok(noted)
    }

    async fn facts(&self, noted: HashMap<String, Vec<ExchangeWithNotes>>) -> Result<Facts, Error> {
        let mut connections = Vec::new();
        for connection in self.store().connections().await? {
            connections.push(self.connections.facts(connection).await?);
        }
        Ok(Facts {
            now: self.now(),
            server: self.server_overview().await?,
            workspace: self.of_workspace().await?,
            explained: self.explained(&connections).await?,
            noted,
            connections,
        })
    }

    async fn server_overview(&self) -> Result<ServerOverview, Error> {
        let view = self.scim_server.server_view().await?;
        Ok(ServerOverview {
            facts: self.scim_server.server_facts().await?,
            problem: view.problem,
            reach: view.reach,
            moved: view.moved,
            certificate_end: self.scim_server.certificate_end(),
            crowding: self.scim_server.crowding(),
        })
    }

    /// What the rooms find about the workspace itself.
    async fn of_workspace(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = self.data.file_problems();
        findings.extend(self.data.clock_problem().await?);
        findings.extend(self.data.after_restore().await?);
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
        let by_id = connections_by_id(self.store()).await?;
        for facts in connections {
            let runs = facts.runs.iter().filter(|run| run.refusals >= IN_A_ROW).map(|run| &run.newest_id);
            let writes = facts.refused.iter().map(|one| &one.newest_id);
            for id in runs.chain(writes).take(EXPLAINED) {
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

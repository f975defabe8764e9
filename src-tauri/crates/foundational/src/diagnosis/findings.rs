//! All findings of this moment: the rules decide from the facts, and what was found before is compared.

use store::AuditAct;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::finding::{Finding, Severity};
use crate::diagnosis::findings_views::{Findings, HiddenFinding};
use crate::diagnosis::gathering::Requests;
use crate::diagnosis::rules::{diagnose, writes};
use crate::diagnosis::thresholds::HIDDEN;
use crate::error::{Code, Error};
use crate::settings;
use crate::shapes::{ById, Nothing};

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
                let before = history.hidden.clone();
                change(&mut history.hidden);
                if history.hidden == before {
                    return Ok(());
                }
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
        if refused.is_empty() {
            return Err(Error::new(Code::Conflict, "This finding has no refused changes to set aside."));
        }
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
}

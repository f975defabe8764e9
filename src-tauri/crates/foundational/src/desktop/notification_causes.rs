//! The findings that are notified, and that requests are answered again.

use std::collections::HashMap;
use std::time::Duration;

use idp::guide::EvidenceKind;
use idp::remedy::Remedy;
use jiff::Timestamp;

use crate::connections::progress::is_proved;
use crate::context::Room as _;
use crate::desktop::Desktop;
use crate::diagnosis::finding::{Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{AWAY, NOTIFIED_DAYS};
use crate::error::Error;

/// What can be switched off as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    TokenExpiring,
    TokenExpired,
    Failing,
    NotReachable,
    Quiet,
    /// Many people lost access or memberships; it can't be switched off.
    MassChange,
    /// Of the files of the workspace and their backups; it can't be switched off.
    Files,
    /// Secrets are tried with the key of a token; it can't be switched off.
    WrongSecrets,
}

/// One thing that a person would want to know.
#[derive(Debug)]
pub(crate) struct Cause {
    pub kind: Kind,
    /// One and the same for as long as it is the same thing.
    pub key: String,
    /// It is notified again while it lasts; else once is enough.
    pub lasts: bool,
    pub title: String,
    pub detail: String,
    pub place: String,
}

impl Desktop {
    pub(crate) async fn causes(&self, notified: &HashMap<String, Timestamp>) -> Result<Vec<Cause>, Error> {
        let findings = self.diagnosis.unhidden().await?;
        let mut causes = Vec::new();
        for finding in &findings {
            if let Some(cause) = self.cause(finding).filter(|_| !self.is_too_early(finding)) {
                let is_failure = cause.kind == Kind::Failing;
                // What never worked has not stopped working: the person who sets it up sees it in the wizard.
                if !is_failure || self.ever_worked(finding.connection_id.as_deref()).await? {
                    causes.push(cause);
                }
            }
        }
        for connection in self.store().connections().await? {
            // A deactivation that was refused outlasts a request that is answered.
            let fails = failing(Some(&connection.id));
            if causes.iter().all(|cause| cause.key != fails) {
                causes.extend(self.recovery(&connection, notified).await?);
            }
        }
        Ok(causes)
    }

    /// A finding as it is notified; none for what waits until the app is opened.
    fn cause(&self, finding: &Finding) -> Option<Cause> {
        use FindingCode as Code;
        let connection = |tab: &str| {
            finding.connection_id.as_ref().map_or_else(String::new, |id| format!("connections/{id}{tab}"))
        };
        let (kind, lasts, place) = match finding.code {
            // So little is free that requests are not logged.
            Code::DiskLow if finding.severity == Severity::Problem => {
                (Kind::Files, true, "settings/data".to_owned())
            }
            Code::FileDamaged
            | Code::WritingStopped
            | Code::DiskReserve
            | Code::LogStopped
            | Code::LogSetAside
            | Code::BackupFailing => (Kind::Files, true, "settings/data".to_owned()),
            Code::ServerStopped | Code::CertificateFiles | Code::CertificateRoot => {
                (Kind::NotReachable, true, "settings/server".to_owned())
            }
            Code::AddressNotReachable | Code::AddressLimited | Code::PortChanged => {
                (Kind::NotReachable, true, "settings/address".to_owned())
            }
            Code::CertificateExpiring => {
                let is_own = finding.remedies.iter().any(|remedy| remedy.kind == Remedy::OpenServer);
                let place = if is_own { "settings/server" } else { "settings/address" };
                (Kind::NotReachable, false, place.to_owned())
            }
            Code::TokenExpiring => (Kind::TokenExpiring, false, connection("/tokens")),
            Code::TokenExpired => (Kind::TokenExpired, true, connection("/tokens")),
            Code::Unauthorized
            | Code::Forbidden
            | Code::AccessFails
            | Code::WrongAddress
            | Code::LookupsFail
            | Code::WritesFail
            | Code::NotDeactivated => (Kind::Failing, true, connection("/activity")),
            Code::Quiet => (Kind::Quiet, true, connection("")),
            Code::MassLeave | Code::MassGroups | Code::AdminsRemoved | Code::RemovalsHeld => {
                (Kind::MassChange, true, "diagnostics".to_owned())
            }
            Code::WrongSecrets => (Kind::WrongSecrets, true, "diagnostics".to_owned()),
            Code::AddressChanged
            | Code::LogBounded
            | Code::DuplicateLoop
            | Code::MembersUnresolved
            | Code::ServerCrowded
            | Code::ClockBehind
            | Code::ClockAhead
            | Code::AuditBroken
            | Code::BackupRestored
            | Code::WorkspaceMoved
            | Code::PeopleUnconfirmed
            | Code::AppCrashed
            | Code::TokenNone
            | Code::TokenExposed
            | Code::TokenOld
            | Code::TokenNeverReplaced
            | Code::NothingArrives
            | Code::NotCreated
            | Code::NotChanged
            | Code::FirstCycleWaits
            | Code::NotAssigned
            | Code::NoLeavers
            | Code::ComputerSlept
            | Code::AttributesIgnored
            | Code::AttributeElsewhere
            | Code::AttributeMissing
            | Code::OtherProvider
            | Code::DiskLow
            | Code::AccessWithheld
            | Code::MatchWaiting => return None,
        };
        let key = self.key(finding, kind);
        if !lasts && self.step(finding).is_none() {
            return None;
        }
        let detail = finding.detail.as_deref();
        let cause = finding.causes.first().map(|cause| cause.text.as_str());
        Some(Cause {
            kind,
            key,
            lasts,
            title: match finding.code {
                Code::AddressNotReachable => "The public address is not reachable.".to_owned(),
                Code::PortChanged => "The port has changed.".to_owned(),
                _ if matches!(kind, Kind::Files | Kind::Failing) => first_sentence(&finding.message),
                _ => finding.message.clone(),
            },
            detail: match (kind, finding.code) {
                (Kind::Files, _) => String::new(),
                (_, Code::PortChanged) => finding.message.clone(),
                (Kind::Failing, _) | (_, Code::AddressNotReachable) => cause.unwrap_or_default().to_owned(),
                _ => detail.or(cause).unwrap_or_default().to_owned(),
            },
            place,
        })
    }

    /// What one cause is known by. The text of what ends has the days in it, and each step is notified by itself.
    fn key(&self, finding: &Finding, kind: Kind) -> String {
        match self.step(finding) {
            Some(step) => format!("{}:{step}", finding.id),
            None if kind == Kind::Failing => failing(finding.connection_id.as_deref()),
            // Another move is another cause.
            None if finding.code == FindingCode::PortChanged => {
                let at = finding.since.map(Timestamp::as_millisecond).unwrap_or_default();
                format!("{}:{at}", finding.id)
            }
            None => finding.id.clone(),
        }
    }

    /// The step before its end that something has reached, with the end.
    fn step(&self, finding: &Finding) -> Option<String> {
        if !matches!(finding.code, FindingCode::TokenExpiring | FindingCode::CertificateExpiring) {
            return None;
        }
        let end = finding.evidence.first()?.at?;
        let now = self.now();
        let days = NOTIFIED_DAYS.iter().find(|days| end <= now + Duration::from_hours(24 * **days))?;
        Some(format!("{days}:{}", end.as_millisecond()))
    }

    /// A tunnel that is restarted is away for a moment.
    fn is_too_early(&self, finding: &Finding) -> bool {
        let since = match finding.code {
            FindingCode::AddressNotReachable => self.scim_server.exposure().reach.lost_since(),
            FindingCode::PortChanged => finding.since,
            _ => return false,
        };
        since.is_none_or(|since| self.now() < since + AWAY)
    }

    async fn ever_worked(&self, connection_id: Option<&str>) -> Result<bool, Error> {
        let Some(id) = connection_id else { return Ok(true) };
        Ok(is_proved(&self.store().setup_evidence(id).await?, EvidenceKind::Credentials))
    }

    /// That requests are answered again, after it was notified that they were not.
    async fn recovery(
        &self,
        connection: &store::Connection,
        notified: &HashMap<String, Timestamp>,
    ) -> Result<Option<Cause>, Error> {
        let id = &connection.id;
        let expired = format!("{}:{id}", FindingCode::TokenExpired.as_str());
        let trouble = [notified.get(&failing(Some(id))), notified.get(&expired)].into_iter().flatten().max();
        let key = format!("recovered:{id}");
        let Some(trouble) = trouble.filter(|trouble| notified.get(&key).is_none_or(|since| since < *trouble))
        else {
            return Ok(None);
        };
        let is_answered = self.store().refusal_runs(id).await?.is_empty()
            && self.store().last_request(id).await?.is_some_and(|at| at > *trouble);
        Ok(is_answered.then(|| Cause {
            kind: Kind::Failing,
            key,
            lasts: true,
            title: format!("{}: requests are answered again.", connection.name),
            detail: String::new(),
            place: format!("connections/{id}"),
        }))
    }
}

/// What is known by it that requests of a connection fail.
fn failing(connection_id: Option<&str>) -> String {
    format!("failing:{}", connection_id.unwrap_or_default())
}

fn first_sentence(message: &str) -> String {
    message.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

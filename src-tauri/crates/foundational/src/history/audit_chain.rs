//! Whether the audit entries are as they were written: looked at after the start, each week, and when an Admin asks.

use std::sync::PoisonError;
use std::time::Duration;

use idp::remedy::Remedy;
use store::{AuditCheck, AuditFault};

use super::History;
use super::audit_views::AuditChain;
use super::last_audit_check::LastAuditCheck;
use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::shapes::Nothing;

/// What to do where an entry does not fit.
const COMPARE: &str =
    "Compare the entries with an earlier export or backup: up to there they have the same hashes.";
const WEEK: Duration = Duration::from_hours(24 * 7);

impl History {
    pub(crate) async fn audit_verify(&self, _: Actor, _: Nothing) -> Result<AuditChain, Error> {
        Ok(to_view(self.check_audit().await?))
    }

    /// Checks the chain unless that was done within a week since the start.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn check_audit_when_due(&self) -> Result<(), Error> {
        let (now, last) = (self.now(), self.last_check(|check| check.at));
        if last.is_none_or(|last| now < last || now >= last + WEEK) {
            self.check_audit().await?;
        }
        Ok(())
    }

    async fn check_audit(&self) -> Result<AuditCheck, Error> {
        let found = self.store().check_audit().await?;
        if let Some(fault) = &found.fault {
            tracing::error!(?fault, "the audit entries are not as they were written");
        }
        let (at, fault) = (Some(self.now()), found.fault.clone());
        let before = self.last_check(|check| std::mem::replace(check, LastAuditCheck { at, fault }));
        if before.fault != found.fault {
            self.send(Event::of(Topic::Server));
        }
        Ok(found)
    }

    fn last_check<T>(&self, with: impl FnOnce(&mut LastAuditCheck) -> T) -> T {
        with(&mut self.audit_check.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the newest check found wrong, if anything.
    pub(crate) fn audit_problem(&self) -> Option<Finding> {
        let fault = self.last_check(|check| check.fault.clone())?;
        let (key, at) = match fault {
            AuditFault::Entry { id, at } => (id.to_string(), Some(at)),
            AuditFault::End => ("end".to_owned(), None),
        };
        let message = "The audit entries are not as they were written.".to_owned();
        let found = Finding::new(FindingCode::AuditBroken, Severity::Warning, message).keyed(&key).since(at);
        let found = found.detail(
            "Entries before that place are as they were written, and new ones are chained as before.",
        );
        let found = found.evidence(sentence(&fault), at);
        let found = found.cause(Confidence::Likely, "Another program changed the file of the workspace.");
        Some(found.steps([COMPARE]).remedy(Remedy::SeeAudit))
    }
}

/// "Entry 7 does not follow from the one before it."
fn sentence(fault: &AuditFault) -> String {
    match fault {
        AuditFault::Entry { id, .. } => format!(
            "Entry {id} does not follow from the one before it: it was altered, or others were added or removed there."
        ),
        AuditFault::End => "The newest entries are missing.".to_owned(),
    }
}

fn to_view(check: AuditCheck) -> AuditChain {
    AuditChain {
        entries: check.entries,
        since: check.since,
        newest_hash: check.newest_hash,
        problem: check.fault.as_ref().map(sentence),
        problem_at: match check.fault {
            Some(AuditFault::Entry { at, .. }) => Some(at),
            Some(AuditFault::End) | None => None,
        },
    }
}

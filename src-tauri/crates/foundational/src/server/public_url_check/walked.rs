//! What a check finds on the way: each part that was tried, and those that fail.

use jiff::Timestamp;

use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::views::AddressStep;
use crate::server::views::AddressVerdict;

/// One part of the way that fails.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub hop: Hop,
    pub verdict: AddressVerdict,
    /// As it follows a colon: "the proxy removes the Authorization header."
    pub cause: String,
    /// What was seen, as a sentence.
    pub seen: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What a check has found so far.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub steps: Vec<AddressStep>,
    /// In the order of the way.
    pub faults: Vec<Fault>,
    pub certificate_ends: Option<Timestamp>,
    /// What the proxies call themselves.
    pub proxy: String,
}

impl Fault {
    /// Verdict and cause in a sentence.
    pub(crate) fn message(&self) -> String {
        match self.verdict {
            AddressVerdict::NotReachable => format!("Not reachable: {}", self.cause),
            AddressVerdict::Reachable => format!("Reachable, with a limit: {}", self.cause),
            AddressVerdict::CantTell => self.cause.clone(),
        }
    }

    /// One that stops every request.
    pub(crate) fn stopping(hop: Hop, cause: impl Into<String>) -> Self {
        Self { hop, verdict: AddressVerdict::NotReachable, cause: cause.into(), seen: None, hint: None }
    }

    /// One that stops some.
    pub(crate) fn limiting(hop: Hop, cause: impl Into<String>) -> Self {
        Self { verdict: AddressVerdict::Reachable, ..Self::stopping(hop, cause) }
    }

    pub(crate) fn seen(self, seen: impl Into<String>) -> Self {
        Self { seen: Some(seen.into()), ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl Walked {
    pub(crate) fn passed(&mut self, hop: Hop, detail: impl Into<String>) {
        self.steps.push(AddressStep { hop, name: hop.label().to_owned(), ok: true, detail: detail.into() });
    }

    pub(crate) fn failed(&mut self, fault: Fault) {
        let texts: Vec<&str> = [&fault.seen, &fault.hint].into_iter().flatten().map(String::as_str).collect();
        let detail = if texts.is_empty() { fault.cause.clone() } else { texts.join(" ") };
        self.steps.push(AddressStep {
            hop: fault.hop,
            name: fault.hop.label().to_owned(),
            ok: false,
            detail,
        });
        self.faults.push(fault);
    }

    /// Notes a part that was looked at.
    pub(crate) fn note(&mut self, hop: Hop, looked: Result<String, Fault>) {
        match looked {
            Ok(detail) => self.passed(hop, detail),
            Err(fault) => self.failed(fault),
        }
    }
}

//! An identity provider with a clock that has missed its usual times (D7). Okta sends when something changes, so its silence
//! is none.

use idp::remedy::Remedy;
use jiff::SignedDuration;

use crate::connections::rhythm::is_quiet;
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::USUAL_OF_AZURE;
use crate::words::silence;

/// Whether it has been silent for too long.
pub(crate) fn is_silent(facts: &ConnectionFacts, now: jiff::Timestamp) -> bool {
    usual(facts)
        .zip(facts.last_request_at)
        .is_some_and(|(usual, last)| is_quiet(usual, last, &facts.slept, now))
}

/// The usual pause, as measured; Azure's before it is.
fn usual(facts: &ConnectionFacts) -> Option<SignedDuration> {
    let of_azure = facts.provider == idp::Provider::Azure && facts.wizard.finished_at.is_some();
    facts.usual.or_else(|| of_azure.then(|| SignedDuration::try_from(USUAL_OF_AZURE).ok()).flatten())
}

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    if facts.is_put_off() || facts.usable.is_empty() || !is_silent(facts, all.now) {
        return Vec::new();
    }
    let Some((last, usual)) = facts.last_request_at.zip(usual(facts)) else { return Vec::new() };
    let minutes = ((usual + SignedDuration::from_secs(30)).as_mins()).max(1);
    let found = Finding::about(
        &facts.connection,
        FindingCode::Quiet,
        Severity::Warning,
        &format!("no request{}.", silence(last, all.now)),
    )
    .detail(format!("It usually calls every {minutes} minutes. Is provisioning still on there?"))
    .since(Some(last))
    .evidence("The last request arrived", Some(last));
    let found = match facts.usual {
        Some(_) => found.evidence(format!("Before, a request arrived every {minutes} minutes"), None),
        None => found,
    };
    vec![
        match facts.provider {
            idp::Provider::Azure => found
                .cause(Confidence::Likely, "Provisioning is off in Azure, or the app is in quarantine.")
                .steps([
                    "Open the enterprise application in the Entra admin center, then **Provisioning**.",
                    "If it shows **Quarantine**, read why, mend it, and press **Restart provisioning**.",
                    "If it shows **Stopped**, press **Start provisioning**.",
                ]),
            _ => found.cause(Confidence::Likely, "Provisioning is off in the identity provider."),
        }
        .remedy(Remedy::OpenConnection),
    ]
}

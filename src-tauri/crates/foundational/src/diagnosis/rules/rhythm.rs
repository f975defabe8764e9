//! An identity provider with a clock that has missed its usual times (D7). Okta sends when something changes, so its silence
//! is none.

use idp::remedy::Remedy;
use jiff::SignedDuration;

use crate::connections::rhythm::{expected, is_quiet, shown};
use crate::connections::views::Rhythm;
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::words::{counted, silence};

/// Whether it has been silent for too long.
pub(crate) fn is_silent(facts: &ConnectionFacts, now: jiff::Timestamp) -> bool {
    usual(facts)
        .zip(facts.last_request_at.filter(|_| facts.is_logged))
        .is_some_and(|(usual, last)| is_quiet(usual, last, &facts.slept, now))
}

/// The usual pause, as measured; Azure's before it is.
fn usual(facts: &ConnectionFacts) -> Option<SignedDuration> {
    expected(facts.provider, facts.usual, facts.wizard.finished_at)
}

/// The rhythm as it is shown.
pub(crate) fn rhythm_of(facts: &ConnectionFacts, now: jiff::Timestamp) -> Option<Rhythm> {
    let (usual, newest) = usual(facts).zip(facts.newest_cycle.as_ref())?;
    Some(shown(usual, facts.usual.is_some(), newest, &facts.slept, now))
}

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    if facts.is_put_off() || facts.usable.is_empty() || !is_silent(facts, all.now) {
        return Vec::new();
    }
    let Some((last, rhythm)) = facts.last_request_at.zip(rhythm_of(facts, all.now)) else {
        return Vec::new();
    };
    let minutes = rhythm.every_minutes;
    let found = Finding::about(
        &facts.connection,
        FindingCode::Quiet,
        Severity::Warning,
        &format!("no request{}.", silence(last, all.now)),
    )
    .detail(format!(
        "It usually calls every {minutes} minutes, and has missed {}. Is provisioning still on there?",
        counted(rhythm.missed.into(), "cycle", "cycles")
    ))
    .since(Some(last))
    .evidence("The last request arrived", Some(last))
    .evidence("The next cycle was expected", Some(rhythm.next_at));
    let found = if rhythm.is_measured {
        found.evidence(format!("Before, a request arrived every {minutes} minutes"), None)
    } else {
        found
    };
    let found = match rhythm.slept_until {
        Some(until) => found.evidence("This computer slept, which is not counted, until", Some(until)),
        None => found,
    };
    vec![
        match facts.provider {
            idp::Provider::Azure => found
                .cause(Confidence::Likely, azure(facts, last))
                .steps([
                    "Open the enterprise application in the Entra admin center, then **Provisioning**.",
                    "If it shows **Quarantine**, read why, fix it, and press **Restart provisioning**.",
                    "If the reason is too many deletions, check who would be deleted, and press **Allow deletes**.",
                    "If it shows **Stopped**, press **Start provisioning**.",
                    "To see a change now, use **Provision on demand**.",
                ]),
            _ => found.cause(Confidence::Likely, "Provisioning is off in the identity provider."),
        }
        .console(facts.provider)
        .remedy(Remedy::OpenConnection),
    ]
}

/// Why Azure is silent: refusals up to its last request are what puts an app in quarantine.
fn azure(facts: &ConnectionFacts, last: jiff::Timestamp) -> &'static str {
    if facts.runs.iter().any(|run| run.newest_at >= last) {
        "The app is in quarantine in Azure: its last requests were refused."
    } else {
        "Provisioning is off in Azure, or the app is in quarantine."
    }
}

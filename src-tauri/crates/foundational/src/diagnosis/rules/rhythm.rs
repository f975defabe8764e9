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

#[cfg(test)]
mod tests {
    use idp::Provider;
    use store::{SleepInterval, SyncCycle};

    use super::*;
    use crate::diagnosis::rules::given::{Case, Given, ago, check};

    /// The last request arrived so many minutes ago, by a provider that calls once in so many.
    fn silent(given: &mut Given, provider: Provider, usual: Option<i64>, minutes: i64) {
        given.of(provider);
        given.one.usual = usual.map(SignedDuration::from_mins);
        given.one.last_request_at = Some(ago(minutes));
        given.one.newest_cycle = Some(SyncCycle { started_at: ago(minutes), last_at: ago(minutes) });
    }

    const CASES: &[Case] = &[
        ("it has just called", |_| {}, &[]),
        (
            "three cycles of Azure",
            |given| silent(given, Provider::Azure, Some(40), 120),
            &["Warning connection.quiet:c1 [Likely] [OpenConsole, OpenConnection]"],
        ),
        ("nearly three", |given| silent(given, Provider::Azure, Some(40), 119), &[]),
        (
            "three of its vendor's clock, before its own is known",
            |given| silent(given, Provider::Azure, None, 120),
            &["Warning connection.quiet:c1 [Likely] [OpenConsole, OpenConnection]"],
        ),
        (
            "the same during the set-up, when it is started by hand",
            |given| {
                silent(given, Provider::Azure, None, 120);
                given.one.wizard.finished_at = None;
            },
            &[],
        ),
        (
            "three hours of one that calls every hour",
            |given| silent(given, Provider::Custom, Some(60), 180),
            &["Warning connection.quiet:c1 [Likely] [OpenConnection]"],
        ),
        ("nearly three hours of it", |given| silent(given, Provider::Custom, Some(60), 179), &[]),
        (
            "nearly two hours of one that calls all the time",
            |given| silent(given, Provider::Custom, Some(5), 119),
            &[],
        ),
        (
            "a month of Okta, which calls when something changes",
            |given| silent(given, Provider::Okta, None, 43_200),
            &[],
        ),
        (
            "this computer slept",
            |given| {
                silent(given, Provider::Azure, Some(40), 200);
                given.one.slept = vec![SleepInterval { from: ago(190), until: ago(109) }];
            },
            &[],
        ),
        (
            "three cycles beside that",
            |given| {
                silent(given, Provider::Azure, Some(40), 200);
                given.one.slept = vec![SleepInterval { from: ago(190), until: ago(110) }];
            },
            &["Warning connection.quiet:c1 [Likely] [OpenConsole, OpenConnection]"],
        ),
        (
            "requests are not logged: it may have called",
            |given| {
                silent(given, Provider::Azure, Some(40), 120);
                given.one.is_logged = false;
            },
            &[],
        ),
        (
            "no token works any more, which is a finding of its own",
            |given| {
                silent(given, Provider::Azure, Some(40), 120);
                given.one.usable.clear();
            },
            &[],
        ),
        (
            "the connection is paused",
            |given| {
                silent(given, Provider::Azure, Some(40), 120);
                given.pause();
            },
            &[],
        ),
    ];

    #[test]
    fn three_missed_cycles_are_found_until_it_calls() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}

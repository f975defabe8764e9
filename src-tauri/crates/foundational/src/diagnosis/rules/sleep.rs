//! This computer slept while identity providers may have called (D7): requests of that time were not answered.

use std::collections::BTreeSet;

use idp::Provider;
use idp::remedy::Remedy;
use jiff::Timestamp;
use store::SleepInterval;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{SLEEP_SHORTEST, SLEEP_SHOWN};
use crate::words::length;

/// How to prevent it.
const PREVENTION: &str =
    "To prevent it, turn on **Keep this computer awake while serving** in **Settings > General**.";
/// Why it may happen all the same.
const LID: &str =
    "This computer is to remain awake while it serves. Closing a notebook's lid still puts it to sleep.";

pub(crate) fn find(facts: &Facts) -> Vec<Finding> {
    let in_use: Vec<&ConnectionFacts> = facts
        .connections
        .iter()
        .filter(|one| one.wizard.finished_at.is_some() && one.connection.pause.is_none())
        .collect();
    let Some(longest) = longest(&in_use, facts.now) else { return Vec::new() };
    let message = format!("This computer slept for {}.", length(longest.until.duration_since(longest.from)));
    let mut found = Finding::new(FindingCode::ComputerSlept, Severity::Notice, message)
        .detail("Requests in that time were not answered, so changes arrive later.")
        .since(Some(longest.from))
        .evidence("The sleep began", Some(longest.from))
        .evidence("The computer woke up", Some(longest.until))
        .cause(Confidence::Certain, "This computer slept.");
    let providers: BTreeSet<&str> = in_use.iter().map(|one| one.provider.as_str()).collect();
    for (provider, step) in [
        (
            Provider::Azure,
            "Azure retries by itself, with its next cycle. To see it now, use **Provision on demand**.",
        ),
        (Provider::Okta, "In Okta, open **Dashboard > Tasks** and choose **Retry Selected**."),
    ] {
        if providers.contains(provider.as_str()) {
            found = found.step(step.to_owned());
        }
    }
    found = if facts.remains_awake {
        found.step(LID.to_owned())
    } else {
        found.step(PREVENTION.to_owned()).remedy(Remedy::KeepAwake)
    };
    for provider in Provider::ALL.into_iter().filter(|one| providers.contains(one.as_str())) {
        found = found.console(provider);
    }
    vec![found]
}

/// The longest sleep of the last day, if it is long enough to delay anything.
fn longest(connections: &[&ConnectionFacts], now: Timestamp) -> Option<SleepInterval> {
    connections
        .iter()
        .flat_map(|one| &one.slept)
        .filter(|one| one.until > now - SLEEP_SHOWN && one.until >= one.from + SLEEP_SHORTEST)
        .max_by_key(|one| one.until.duration_since(one.from))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{Case, DAY, Given, ago, check};

    fn slept(given: &mut Given, from: i64, until: i64) {
        given.one.slept.push(SleepInterval { from: ago(from), until: ago(until) });
    }

    const CASES: &[Case] = &[
        ("it was awake", |_| {}, &[]),
        (
            "a cycle of Azure long",
            |given| slept(given, 50, 10),
            &["Notice computer.slept [Certain] [KeepAwake, OpenConsole]"],
        ),
        ("nearly as long: it delays no cycle", |given| slept(given, 49, 10), &[]),
        (
            "twice nearly as long",
            |given| {
                slept(given, 100, 61);
                slept(given, 49, 10);
            },
            &[],
        ),
        (
            "it woke up within a day",
            |given| slept(given, DAY + 60, DAY - 1),
            &["Notice computer.slept [Certain] [KeepAwake, OpenConsole]"],
        ),
        ("a day ago", |given| slept(given, DAY + 60, DAY), &[]),
        (
            "it is to remain awake, and slept all the same",
            |given| {
                slept(given, 50, 10);
                given.all.remains_awake = true;
            },
            &["Notice computer.slept [Certain] [OpenConsole]"],
        ),
        (
            "a provider whose console has no known address",
            |given| {
                slept(given, 50, 10);
                given.of(Provider::Okta);
            },
            &["Notice computer.slept [Certain] [KeepAwake]"],
        ),
        (
            "the connection is not set up yet",
            |given| {
                slept(given, 50, 10);
                given.one.wizard.finished_at = None;
            },
            &[],
        ),
        (
            "the connection is paused",
            |given| {
                slept(given, 50, 10);
                given.pause();
            },
            &[],
        ),
    ];

    #[test]
    fn a_sleep_that_delays_a_cycle_is_found_for_a_day() {
        check(CASES, |given| find(&given.whole()));
    }

    #[test]
    fn the_longest_sleep_is_said_by_its_length_with_its_moments_beside_it() {
        let mut given = Given::in_use();
        slept(&mut given, 700, 220);
        slept(&mut given, 100, 10);
        let found = find(&given.whole()).remove(0);
        assert_eq!(found.message, "This computer slept for 8 hours.");
        let moments: Vec<Option<Timestamp>> = found.evidence.iter().map(|evidence| evidence.at).collect();
        assert_eq!(moments, [Some(ago(700)), Some(ago(220))]);
    }
}

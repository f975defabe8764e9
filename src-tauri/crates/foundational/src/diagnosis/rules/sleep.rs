//! This computer slept while identity providers may have called (D7): requests of that time were not answered.

use std::collections::BTreeSet;

use idp::Provider;
use idp::remedy::Remedy;
use jiff::Timestamp;
use store::SleepInterval;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{SLEEP_SHORTEST, SLEEP_SHOWN};

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
    let time = |at: Timestamp| at.strftime("%H:%M UTC");
    let message = format!("This computer slept from {} to {}.", time(longest.from), time(longest.until));
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

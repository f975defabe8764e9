//! Held removals in words: for their list and their finding.

use idp::Provider;
use jiff::Timestamp;
use store::{Connection, HeldRemoval, Hold, HoldAnswer};

use crate::diagnosis::thresholds::UNANSWERED;
use crate::words::counted;

/// "Deactivate Ada Lovelace", "Take Ada Lovelace out of Crew".
pub(crate) fn removal(held: &HeldRemoval) -> String {
    match (&held.person, &held.group) {
        (Some((_, person)), Some((_, group))) => format!("Take {person} out of {group}"),
        (Some((_, person)), None) if held.deletes => format!("Delete {person}"),
        (Some((_, person)), None) => format!("Deactivate {person}"),
        (None, group) => {
            format!("Delete the group {}", group.as_ref().map_or("", |(_, name)| name.as_str()))
        }
    }
}

/// How it is with so many removals that are still to be done: "12 removals wait for your answer."
pub(crate) fn headline(hold: &Hold, total: u64) -> String {
    let removals = counted(total, "removal", "removals");
    match (&hold.answer, total) {
        (None, 0) => "Removals are refused until you answer. None is waiting.".to_owned(),
        (None, 1) => "1 removal waits for your answer.".to_owned(),
        (None, _) => format!("{removals} wait for your answer."),
        (Some((HoldAnswer::KeepRefusing, ..)), 0) => "Removals are refused. None is waiting.".to_owned(),
        (Some((HoldAnswer::KeepRefusing, ..)), _) => format!("Removals are refused: {total} so far."),
        (Some((HoldAnswer::LetThrough, ..)), 1) => "1 removal has not arrived again.".to_owned(),
        (Some((HoldAnswer::LetThrough, ..)), _) => format!("{removals} have not arrived again."),
    }
}

/// What that means and what follows. `idp` is what screens call the identity provider.
pub(crate) fn meaning(connection: &Connection, hold: &Hold, idp: &str) -> String {
    match &hold.answer {
        None => {
            let hours = UNANSWERED.as_secs() / 3600;
            let pause = pauses_at(connection, hold)
                .map(|_| format!(" Without an answer the connection is paused after {hours} hours."));
            format!(
                "Many users lost access or memberships, so removals are refused for now, and {idp} is answered to try again \
                 later. New users and other changes are done.{}",
                pause.unwrap_or_default()
            )
        }
        Some((HoldAnswer::KeepRefusing, _, by)) => format!(
            "{by} has decided to refuse them. Correct the mistake in {idp}; then end the hold, which forgets them, or \
             allow them."
        ),
        Some((HoldAnswer::LetThrough, _, by)) => format!(
            "{by} has allowed them. Until they arrive again, nothing is taken from these people. {}",
            retry(Provider::of(&connection.provider), idp)
        ),
    }
}

/// When the connection is paused unless an Admin answers; none where one has, or it is paused.
pub(crate) fn pauses_at(connection: &Connection, hold: &Hold) -> Option<Timestamp> {
    hold.pauses_at.filter(|_| hold.answer.is_none() && connection.pause.is_none())
}

/// How a removal that was allowed arrives again. Okta sends again by itself what was answered 429, later each time, and
/// shows it as a task (O2); Entra repeats what failed with its next cycle (E13).
fn retry(provider: Provider, idp: &str) -> String {
    match provider {
        Provider::Okta => {
            "Okta tries again by itself, later each time. To have it done now, open **Dashboard > Tasks** \
                           in Okta, select what failed, and press **Retry Selected**."
                .to_owned()
        }
        Provider::Azure => "Azure sends them again with its next cycle, within about 40 minutes.".to_owned(),
        Provider::Custom => format!("They are done when {idp} sends them again."),
    }
}

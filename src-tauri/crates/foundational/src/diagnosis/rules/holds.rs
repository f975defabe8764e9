//! Removals that are held until an Admin answers, refused by an Admin's answer, or allowed and not done yet.

use idp::remedy::Remedy;
use store::{Hold, HoldAnswer};

use crate::connections::hold_words::{headline, meaning, removal};
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::HELD_SHOWN;
use crate::words::lower;

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    facts.connection.hold.as_ref().and_then(|hold| of(facts, hold)).into_iter().collect()
}

fn of(facts: &ConnectionFacts, hold: &Hold) -> Option<Finding> {
    let answer = hold.answer.as_ref().map(|(answer, ..)| *answer);
    if answer == Some(HoldAnswer::LetThrough) && facts.held.total == 0 {
        return None;
    }
    let severity = if answer.is_none() { Severity::Problem } else { Severity::Warning };
    let message = lower(&headline(hold, facts.held.total));
    let found = Finding::about(&facts.connection, FindingCode::RemovalsHeld, severity, &message)
        // Another hold is another finding, and so is its answer.
        .keyed(&format!("{}:{}", hold.since.as_millisecond(), answer.map_or(0, |answer| answer as u8 + 1)))
        .since(Some(hold.since))
        .detail(meaning(&facts.connection, hold, facts.idp()));
    let found = names(facts, found);
    Some(match answer {
        None => found
            .cause(
                Confidence::Possible,
                format!("An assignment, a group rule or a filter was changed in {} by mistake.", facts.idp()),
            )
            .cause(Confidence::Possible, "These people really left.")
            .remedy(Remedy::LetThrough)
            .remedy(Remedy::KeepRefusing)
            .remedy(Remedy::OpenHeld),
        Some(HoldAnswer::KeepRefusing) => found.remedy(Remedy::OpenHeld).remedy(Remedy::LetThrough),
        Some(HoldAnswer::LetThrough) => found
            .step("To have them done here, open **See held removals** and press **Apply now**.".to_owned())
            .remedy(Remedy::OpenHeld),
    })
}

/// The first of them by name, and how many more there are.
fn names(facts: &ConnectionFacts, found: Finding) -> Finding {
    let found = facts.held.rows.iter().fold(found, |found, held| match &held.activity_id {
        Some(request) => found.request(removal(held), held.at, request),
        None => found.evidence(removal(held), Some(held.at)),
    });
    match facts.held.total.saturating_sub(HELD_SHOWN) {
        0 => found,
        more => found.evidence(format!("And {more} more"), None),
    }
}

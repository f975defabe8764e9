//! Removals that are held until an Admin answers, refused by an Admin's answer, or allowed and not done yet.

use idp::remedy::Remedy;
use store::{Hold, HoldAnswer};

use crate::connections::hold_words::{headline, meaning, pauses_at, removal};
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
    let found = match pauses_at(&facts.connection, hold) {
        Some(at) => found.evidence("Without an answer the connection is paused", Some(at)),
        None => found,
    };
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
    found.and_more(facts.held.total, HELD_SHOWN)
}

#[cfg(test)]
mod tests {
    use store::HeldRemovals;

    use super::*;
    use crate::diagnosis::rules::given::{Case, Given, ago, check};

    /// A hold of an hour ago with so many removals that are still to be done.
    fn hold(given: &mut Given, answer: Option<HoldAnswer>, total: u64) {
        let answer = answer.map(|answer| (answer, ago(30), "Grace".to_owned()));
        let pauses_at = answer.is_none().then(|| ago(-23 * 60));
        given.one.connection.hold = Some(Hold { since: ago(60), pauses_at, answer });
        given.one.held = HeldRemovals { total, ..HeldRemovals::default() };
    }

    const CASES: &[Case] = &[
        ("nothing is held", |_| {}, &[]),
        (
            "removals wait for an answer",
            |given| hold(given, None, 12),
            &["Problem people.removalsHeld:c1:1804244400000:0 [Possible, Possible] \
               [LetThrough, KeepRefusing, OpenHeld]"],
        ),
        (
            "none waits, and they are refused all the same",
            |given| hold(given, None, 0),
            &["Problem people.removalsHeld:c1:1804244400000:0 [Possible, Possible] \
               [LetThrough, KeepRefusing, OpenHeld]"],
        ),
        (
            "an Admin refuses them",
            |given| hold(given, Some(HoldAnswer::KeepRefusing), 0),
            &["Warning people.removalsHeld:c1:1804244400000:2 [] [OpenHeld, LetThrough]"],
        ),
        (
            "one of those that are allowed has not arrived again",
            |given| hold(given, Some(HoldAnswer::LetThrough), 1),
            &["Warning people.removalsHeld:c1:1804244400000:1 [] [OpenHeld]"],
        ),
        ("all of them have", |given| hold(given, Some(HoldAnswer::LetThrough), 0), &[]),
    ];

    #[test]
    fn held_removals_are_found_until_they_are_done() {
        check(CASES, |given| find(&given.one, &given.all));
    }

    #[test]
    fn when_the_connection_is_paused_is_a_moment_until_there_is_an_answer() {
        for (answer, moment) in [(None, Some(ago(-23 * 60))), (Some(HoldAnswer::KeepRefusing), None)] {
            let mut given = Given::in_use();
            hold(&mut given, answer, 1);
            let found = find(&given.one, &given.all).remove(0);
            let pause = found.evidence.iter().find(|evidence| evidence.text.starts_with("Without an answer"));
            assert_eq!(pause.and_then(|evidence| evidence.at), moment);
        }
    }

    #[test]
    fn those_beyond_what_is_named_are_counted() {
        for (total, more) in [(10, None), (11, Some("And 1 more")), (25, Some("And 15 more"))] {
            let mut given = Given::in_use();
            hold(&mut given, None, total);
            let found = find(&given.one, &given.all);
            let mut texts = found[0].evidence.iter().map(|evidence| evidence.text.as_str());
            assert_eq!(texts.find(|text| text.starts_with("And")), more);
        }
    }
}

//! A client that takes access or memberships from many people in a short time: perhaps a mistake, which can be stopped and
//! undone.

use std::time::Duration;

use idp::remedy::Remedy;
use jiff::Timestamp;
use store::RemovalCount;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{MASS_DAY, MASS_HOUR, MassChange};
use crate::words::counted;

/// Those who lost something within an hour or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    first: Timestamp,
    last: Timestamp,
    people: u64,
    /// How many had access before the first of them.
    before: u64,
}

/// The window of this length in which most people lost something, of those that are a mass change. `before` answers how many
/// had access before the count with that place.
fn widest(
    counts: &[RemovalCount],
    length: Duration,
    before: impl Fn(usize) -> u64,
    is_mass: impl Fn(&Window) -> bool,
) -> Option<Window> {
    let (mut end, mut people) = (0, 0);
    let mut found: Option<Window> = None;
    for (start, first) in counts.iter().enumerate() {
        while let Some(next) = counts.get(end).filter(|next| next.last <= first.first + length) {
            people += next.people;
            end += 1;
        }
        let last = counts[start..end].last().map_or(first.last, |last| last.last);
        let window = Window { first: first.first, last, people, before: before(start) };
        if is_mass(&window) && found.is_none_or(|found| found.people < people) {
            found = Some(window);
        }
        people -= first.people;
    }
    found
}

/// The mass change among these counts. `are_without_access`: these people are not among those who have access now.
fn mass_change(
    counts: &[RemovalCount],
    active: u64,
    are_without_access: bool,
    thresholds: &MassChange,
) -> Option<Window> {
    let since = |place: usize| counts[place..].iter().map(|count| count.people).sum::<u64>();
    let before = |place: usize| active + if are_without_access { since(place) } else { 0 };
    let in_an_hour = |window: &Window| thresholds.is_mass_in_an_hour(window.people, window.before);
    let in_a_day = |window: &Window| thresholds.is_mass_in_a_day(window.people, window.before);
    widest(counts, MASS_HOUR, before, in_an_hour).or_else(|| widest(counts, MASS_DAY, before, in_a_day))
}

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    let (removals, thresholds) = (&facts.removals, &facts.connection.brake.thresholds);
    let left = mass_change(&removals.accounts, removals.active, true, thresholds)
        .map(|window| of(facts, FindingCode::MassLeave, &window, "lost access"));
    let groups = mass_change(&removals.members, removals.active, false, thresholds)
        .map(|window| of(facts, FindingCode::MassGroups, &window, "were taken out of groups"));
    left.into_iter().chain(groups).chain(admins(facts)).collect()
}

fn of(facts: &ConnectionFacts, code: FindingCode, window: &Window, what: &str) -> Finding {
    let length = if window.last <= window.first + MASS_HOUR { "an hour" } else { "a day" };
    let message =
        format!("{} of {} {what} within {length}.", window.people, counted(window.before, "user", "users"));
    let found = Finding::about(&facts.connection, code, Severity::Problem, &message)
        // Another mass change is another finding, and so is one that has doubled: one that was hidden is shown again.
        .keyed(&format!("{}:{}", window.first.as_second() / 3600, window.people.ilog2()))
        .since(Some(window.first))
        .evidence("The first of these changes", Some(window.first))
        .evidence("The last of these changes", Some(window.last))
        .evidence(format!("{} access now", counted(facts.removals.active, "user has", "users have")), None)
        .cause(
            Confidence::Possible,
            format!("An assignment, a group rule or a filter was changed in {} by mistake.", facts.idp()),
        )
        .cause(Confidence::Possible, "These people really left.");
    stop_and_undo(facts, found, window.first)
}

/// Each person who was taken out of the group whose members are Admins counts.
fn admins(facts: &ConnectionFacts) -> Option<Finding> {
    let (first, last) = facts.removals.admins.first().zip(facts.removals.admins.last())?;
    let people: u64 = facts.removals.admins.iter().map(|count| count.people).sum();
    let message = format!("{} the role of Admin, by a group.", counted(people, "user lost", "users lost"));
    let found = Finding::about(&facts.connection, FindingCode::AdminsRemoved, Severity::Warning, &message)
        // One more is another finding.
        .keyed(&last.last.as_millisecond().to_string())
        .since(Some(first.first))
        .evidence("The last of these changes", Some(last.last))
        .cause(Confidence::Possible, format!("They are no longer Admins in {}.", facts.idp()))
        .cause(Confidence::Possible, "The group was changed by mistake.");
    Some(stop_and_undo(facts, found, first.first))
}

fn stop_and_undo(facts: &ConnectionFacts, found: Finding, since: Timestamp) -> Finding {
    let found = found.detail(format!(
        "If that is a mistake, pause the connection, put it right in {}, and undo it here.",
        facts.idp()
    ));
    let found = if facts.connection.pause.is_none() { found.remedy(Remedy::Pause) } else { found };
    found.remedy_with(Remedy::Undo, &since.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{self, Given, ago};

    fn counts(of: &[(i64, u64)]) -> Vec<RemovalCount> {
        of.iter()
            .map(|(minute, people)| {
                let at = Timestamp::UNIX_EPOCH + Duration::from_mins(minute.unsigned_abs());
                RemovalCount { first: at, last: at, people: *people }
            })
            .collect()
    }

    /// What it is, removals by minute, how many have access afterwards, and how many people the mass change has.
    type Case = (&'static str, &'static [(i64, u64)], u64, Option<u64>);

    const CASES: [Case; 12] = [
        ("no one", &[], 100, None),
        ("nine of nine: too few", &[(0, 9)], 0, None),
        ("ten of ten", &[(0, 10)], 0, Some(10)),
        ("ten of fifty: a fifth", &[(0, 10)], 40, Some(10)),
        ("ten of fifty-one", &[(0, 10)], 41, None),
        ("a fifth, over an hour", &[(0, 4), (30, 3), (60, 3)], 40, Some(10)),
        ("a fifth, over more than an hour", &[(0, 4), (30, 3), (61, 3)], 40, None),
        ("two hundred of many", &[(0, 100), (59, 100)], 100_000, Some(200)),
        ("one hundred and ninety-nine of many", &[(0, 100), (59, 99)], 100_000, None),
        ("nearly a third within a day", &[(0, 10), (300, 10), (1_400, 10)], 70, Some(30)),
        ("the same, over more than a day", &[(0, 10), (300, 10), (1_441, 10)], 71, None),
        ("the larger one of two", &[(0, 20), (600, 50), (601, 50)], 100, Some(100)),
    ];

    #[test]
    fn a_mass_change_is_a_share_or_a_number_within_an_hour_or_a_day() {
        for (name, removals, active, people) in CASES {
            let found = mass_change(&counts(removals), active, true, &MassChange::default());
            assert_eq!(found.map(|window| window.people), people, "{name}: {found:?}");
        }
    }

    #[test]
    fn who_is_taken_out_of_groups_has_access_before_and_after() {
        let found = mass_change(&counts(&[(0, 10)]), 50, false, &MassChange::default());
        assert_eq!(found.map(|window| (window.people, window.before)), Some((10, 50)));
    }

    /// So many people lost something an hour ago.
    fn lost(people: u64) -> Vec<RemovalCount> {
        vec![RemovalCount { first: ago(60), last: ago(60), people }]
    }

    /// They lost access, and 40 people have it now.
    fn left(given: &mut Given, people: u64) {
        given.one.removals.accounts = lost(people);
        given.one.removals.active = 40;
    }

    const FOUND: &[given::Case] = &[
        ("no one lost anything", |_| {}, &[]),
        (
            "a fifth lost access",
            |given| left(given, 10),
            &["Problem people.massLeave:c1:501179:3 [Possible, Possible] [Pause, Undo]"],
        ),
        ("nearly a fifth", |given| left(given, 9), &[]),
        (
            "twice as many are another finding",
            |given| left(given, 20),
            &["Problem people.massLeave:c1:501179:4 [Possible, Possible] [Pause, Undo]"],
        ),
        (
            "the connection is paused already",
            |given| {
                left(given, 10);
                given.pause();
            },
            &["Problem people.massLeave:c1:501179:3 [Possible, Possible] [Undo]"],
        ),
        (
            "an Admin has set that more are one",
            |given| {
                left(given, 10);
                given.one.connection.brake.thresholds.least = 11;
            },
            &[],
        ),
        (
            "ten of fifty were taken out of groups",
            |given| {
                given.one.removals.members = lost(10);
                given.one.removals.active = 50;
            },
            &["Problem people.massGroups:c1:501179:3 [Possible, Possible] [Pause, Undo]"],
        ),
        (
            "ten of fifty-one",
            |given| {
                given.one.removals.members = lost(10);
                given.one.removals.active = 51;
            },
            &[],
        ),
        (
            "one Admin is one by a group no more",
            |given| given.one.removals.admins = lost(1),
            &["Warning people.adminsRemoved:c1:1804244400000 [Possible, Possible] [Pause, Undo]"],
        ),
    ];

    #[test]
    fn a_mass_change_is_found_with_what_stops_and_undoes_it() {
        given::check(FOUND, |given| find(&given.one, &given.all));
    }
}

//! How often a provider calls by itself, measured from its visits. Before there is enough to know, a provider whose vendor
//! states its clock is expected by that; nothing is claimed of providers that call at no regular times.

use idp::Provider;
use jiff::{SignedDuration, Timestamp};
use store::{SleepInterval, SyncCycle};

use crate::connections::views::Rhythm;
use crate::diagnosis::thresholds::{
    MISSED_CYCLES, PAUSES_COUNTED, PAUSES_LEAST, QUIET_LEAST, USUAL_OF_AZURE,
};

/// How many visits have to be looked at.
pub(crate) const VISITS: u32 = 32;

/// The usual pause between the beginnings of two visits, given the newest ones, newest first.
///
/// While a connection is set up its provider is started by hand, so the visits of that time don't count; a set-up that
/// was never finished needs more to be believed.
pub(crate) fn measured(
    provider: Provider,
    visits: &[SyncCycle],
    finished_at: Option<Timestamp>,
) -> Option<SignedDuration> {
    // Okta sends when something changes, and at no other time.
    if provider == Provider::Okta {
        return None;
    }
    let (since, enough) = finished_at.map_or((Timestamp::MIN, PAUSES_COUNTED), |at| (at, PAUSES_LEAST));
    let starts: Vec<Timestamp> =
        visits.iter().map(|visit| visit.started_at).filter(|start| *start > since).collect();
    let mut pauses: Vec<SignedDuration> =
        starts.windows(2).take(PAUSES_COUNTED).map(|pair| pair[0].duration_since(pair[1])).collect();
    if pauses.len() < enough {
        return None;
    }
    pauses.sort_unstable();
    let half = pauses.len() / 2;
    let usual = if pauses.len() % 2 == 1 { pauses[half] } else { (pauses[half - 1] + pauses[half]) / 2 };
    // What most pauses don't keep to is no rhythm: then the provider calls when something happens.
    let regular = pauses.iter().filter(|pause| **pause >= usual / 2 && **pause <= usual + usual / 2).count();
    (regular * 3 >= pauses.len() * 2).then_some(usual)
}

/// The pause to expect: as measured; of Azure that of its vendor, once it is set up.
pub(crate) fn expected(
    provider: Provider,
    measured: Option<SignedDuration>,
    finished_at: Option<Timestamp>,
) -> Option<SignedDuration> {
    let of_vendor = provider == Provider::Azure && finished_at.is_some();
    measured.or_else(|| of_vendor.then(|| SignedDuration::try_from(USUAL_OF_AZURE).ok()).flatten())
}

/// The rhythm as it is shown, with the next visit to expect. What was expected while this computer slept is expected one or
/// several pauses later: the provider's clock goes on.
pub(crate) fn shown(
    usual: SignedDuration,
    is_measured: bool,
    newest: &SyncCycle,
    intervals: &[SleepInterval],
    now: Timestamp,
) -> Rhythm {
    let next = newest.started_at + usual;
    // A visit longer than the pause ends whenever it ends.
    let mut next_at = if next > newest.last_at { next } else { newest.last_at + usual };
    let mut slept: Option<SleepInterval> = None;
    for interval in intervals {
        // A time that had passed before the sleep was missed all the same.
        if interval.from <= next_at && next_at < interval.until {
            let short = interval.until.duration_since(next_at) - SignedDuration::from_secs(1);
            next_at += usual * whole(short, usual).saturating_add(1);
            slept = Some(*interval);
        }
    }
    let awake = now.duration_since(next_at) - slept_since(next_at, intervals, now);
    let missed = if awake.is_negative() { 0 } else { whole(awake, usual).saturating_add(1) };
    let minutes = (usual + SignedDuration::from_secs(30)).as_mins();
    Rhythm {
        every_minutes: u32::try_from(minutes).unwrap_or(u32::MAX).max(1),
        is_measured,
        last_at: newest.started_at,
        next_at,
        missed: u32::try_from(missed).unwrap_or(0),
        slept_from: slept.map(|one| one.from),
        slept_until: slept.map(|one| one.until),
    }
}

/// How many whole pauses a time has.
fn whole(time: SignedDuration, pause: SignedDuration) -> i32 {
    i32::try_from(time.as_secs() / pause.as_secs().max(1)).unwrap_or(i32::MAX)
}

/// How long this computer slept since.
fn slept_since(since: Timestamp, intervals: &[SleepInterval], now: Timestamp) -> SignedDuration {
    intervals
        .iter()
        .map(|one| one.until.min(now).duration_since(one.from.max(since)))
        .filter(SignedDuration::is_positive)
        .sum()
}

/// Whether a provider with this rhythm has been silent for too long. A computer that sleeps cannot be called, so what
/// was slept through is no silence.
pub(crate) fn is_quiet(
    usual: SignedDuration,
    last_request: Timestamp,
    intervals: &[SleepInterval],
    now: Timestamp,
) -> bool {
    let awake = now.duration_since(last_request) - slept_since(last_request, intervals, now);
    awake >= QUIET_LEAST.max(usual * MISSED_CYCLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).unwrap()
    }

    /// Visits that begin after these pauses, in minutes.
    fn after(pauses: &[i64]) -> Vec<SyncCycle> {
        let mut minute = 0;
        let mut visits: Vec<SyncCycle> = std::iter::once(&0)
            .chain(pauses)
            .map(|pause| {
                minute += pause;
                SyncCycle { started_at: at(minute), last_at: at(minute + 1) }
            })
            .collect();
        visits.reverse();
        visits
    }

    fn minutes(provider: Provider, pauses: &[i64], finished: bool) -> Option<i64> {
        let found = measured(provider, &after(pauses), finished.then_some(Timestamp::MIN));
        found.map(|usual| usual.as_mins())
    }

    #[test]
    fn the_usual_pause_is_the_middle_of_the_newest_ten() {
        for (pauses, expected, why) in [
            (vec![40, 41, 42], None, "three pauses are not enough to know"),
            (vec![40, 41, 42, 41], Some(41), "four are"),
            (vec![41, 40, 600, 42, 41, 13, 28, 41], Some(41), "a night and a call by hand change little"),
            (
                vec![10; 20].into_iter().chain([60; 10]).collect(),
                Some(60),
                "what is long over does not count",
            ),
            (vec![11, 300, 25, 90, 14, 700, 45, 12], None, "a provider that calls when something happens"),
        ] {
            assert_eq!(minutes(Provider::Azure, &pauses, true), expected, "{why}");
        }
    }

    #[test]
    fn okta_has_no_rhythm() {
        assert_eq!(minutes(Provider::Okta, &[40; 10], true), None, "it sends when something changes");
        assert_eq!(minutes(Provider::Custom, &[40; 10], true), Some(40), "another provider may have one");
    }

    #[test]
    fn what_was_started_by_hand_during_the_set_up_does_not_count() {
        let visits = after(&[12, 15, 13, 11, 12, 40, 40]);
        let finished = Some(at(12 + 15 + 13 + 11));
        assert_eq!(measured(Provider::Azure, &visits, finished), None, "three pauses since are not enough");
        assert_eq!(minutes(Provider::Azure, &[12; 9], false), None, "an unfinished set-up needs all ten");
        assert_eq!(minutes(Provider::Azure, &[40; 10], false), Some(40), "then it is believed too");
    }

    #[test]
    fn the_next_visit_is_expected_one_pause_after_the_newest_began() {
        let usual = SignedDuration::from_mins(40);
        let short = SyncCycle { started_at: at(100), last_at: at(103) };
        let expected = Rhythm {
            every_minutes: 40,
            is_measured: true,
            last_at: at(100),
            next_at: at(140),
            missed: 0,
            slept_from: None,
            slept_until: None,
        };
        assert_eq!(shown(usual, true, &short, &[], at(110)), expected);
        let long = SyncCycle { started_at: at(100), last_at: at(190) };
        assert_eq!(shown(usual, true, &long, &[], at(190)).next_at, at(230), "never before it ended");
    }

    #[test]
    fn each_time_that_passes_without_a_visit_is_missed() {
        let newest = SyncCycle { started_at: at(0), last_at: at(1) };
        let missed = |now| shown(SignedDuration::from_mins(40), true, &newest, &[], at(now)).missed;
        assert_eq!([39, 40, 79, 80, 120].map(missed), [0, 1, 1, 2, 3]);
    }

    #[test]
    fn a_visit_that_was_expected_during_sleep_is_expected_after_it_and_not_missed() {
        let newest = SyncCycle { started_at: at(0), last_at: at(1) };
        let usual = SignedDuration::from_mins(40);
        let view = |slept: &[SleepInterval], now| shown(usual, true, &newest, slept, at(now));
        let night = [SleepInterval { from: at(20), until: at(500) }];
        let woken = view(&night, 505);
        assert_eq!((woken.next_at, woken.missed), (at(520), 0), "40, 80, up to 480 were slept through");
        assert_eq!(
            (woken.slept_from, woken.slept_until),
            (Some(at(20)), Some(at(500))),
            "the reason is shown"
        );
        assert_eq!(view(&night, 525).missed, 1, "awake it is missed again");
        let ended = [SleepInterval { from: at(20), until: at(520) }];
        assert_eq!(view(&ended, 520).next_at, at(520), "who wakes up in time is called");
        let later = [SleepInterval { from: at(50), until: at(500) }];
        let missed = view(&later, 505);
        assert_eq!((missed.next_at, missed.missed), (at(40), 1), "one was missed before the sleep");
        assert_eq!(missed.slept_from, None, "which the sleep does not explain");
    }

    #[test]
    fn azure_is_expected_by_its_vendors_clock_until_its_own_is_measured() {
        let minutes = |provider, measured: Option<i64>, finished: bool| {
            let measured = measured.map(SignedDuration::from_mins);
            expected(provider, measured, finished.then_some(at(0))).map(|usual| usual.as_mins())
        };
        assert_eq!(minutes(Provider::Azure, None, true), Some(40));
        assert_eq!(minutes(Provider::Azure, Some(41), true), Some(41));
        assert_eq!(minutes(Provider::Azure, None, false), None, "while it is set up it is started by hand");
        assert_eq!(minutes(Provider::Okta, None, true), None, "Okta sends when something changes");
        assert_eq!(minutes(Provider::Custom, None, true), None);
    }

    #[test]
    fn quiet_is_three_pauses_and_at_least_two_hours() {
        let quiet = |usual, since| is_quiet(SignedDuration::from_mins(usual), at(0), &[], at(since));
        assert!(!quiet(20, 119) && quiet(20, 120), "an hour of a frequent caller is no silence yet");
        assert!(!quiet(60, 179) && quiet(60, 180), "three pauses of an hour");
    }

    #[test]
    fn a_night_in_which_this_computer_slept_is_no_silence() {
        let usual = SignedDuration::from_mins(40);
        let night =
            [SleepInterval { from: at(-30), until: at(10) }, SleepInterval { from: at(60), until: at(540) }];
        assert!(!is_quiet(usual, at(0), &night, at(609)), "490 minutes were slept through");
        assert!(is_quiet(usual, at(0), &night, at(610)), "two hours awake are enough");
    }
}

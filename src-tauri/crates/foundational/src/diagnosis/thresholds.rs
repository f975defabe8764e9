//! From when on something is found: the one table of all rules.

use std::time::Duration;

use jiff::SignedDuration;

/// From how many people on a removal is a mass change, unless an Admin has set it: the store refuses by it inside of the
/// transaction of a write, so that its default is there.
pub(crate) use store::Thresholds as MassChange;

use crate::limits::{ENDS_DAYS, ENDS_LAST_DAYS, ENDS_SOON_DAYS, FIRST_REQUEST_MINUTES};

/// How long before its end a token or certificate is a warning.
pub(crate) const ENDS: Duration = Duration::from_hours(ENDS_DAYS as u64 * 24);
/// How long before its end a token or certificate is a problem, and the state of its connection.
pub(crate) const ENDS_SOON: Duration = Duration::from_hours(ENDS_SOON_DAYS as u64 * 24);
/// How many days before its end a token or certificate is notified.
pub(crate) const NOTIFIED_DAYS: [u64; 2] = [ENDS_LAST_DAYS as u64, ENDS_SOON_DAYS as u64];
/// So many refusals of one kind in a row are no accident.
pub(crate) const IN_A_ROW: u64 = 3;
/// How long a replaced token may be used beside the new one.
pub(crate) const CHANGES_OVER: Duration = Duration::from_hours(1);
/// How old a token in use may become.
pub(crate) const NEVER_REPLACED: Duration = Duration::from_hours(365 * 24);
/// How long after its token was created a connection that is being set up may be without any request.
pub(crate) const FIRST_REQUEST: Duration = Duration::from_mins(FIRST_REQUEST_MINUTES as u64);
/// How many of the newest writes of a connection's people are read for what arrives in them.
pub(crate) const WRITES_READ: usize = 50;
/// An attribute of the default mapping that none of so many writes of whole users has is missed.
pub(crate) const MISSED_IN_WRITES: usize = 10;
/// So is one that none of so many people has.
pub(crate) const MISSED_IN_PEOPLE: u64 = 10;
/// How long a connection may be in use before a leaver is missed.
pub(crate) const FIRST_LEAVER: Duration = Duration::from_hours(7 * 24);
/// A tunnel that is restarted is away for less than this.
pub(crate) const AWAY: Duration = Duration::from_mins(10);
/// With fewer bytes free a disk is low.
pub(crate) const DISK_LOW: u64 = 1_000_000_000;
/// With fewer bytes free requests are not logged (128 MB).
pub(crate) const LOG_STOPS: u64 = store::LOG_STOPS;
/// With fewer bytes free changes of clients are refused, except for removals (64 MB).
pub(crate) const CHANGES_STOP: u64 = store::CHANGES_STOP;
/// After so many of its usual pauses an identity provider is quiet.
pub(crate) const MISSED_CYCLES: i32 = 3;
/// None is quiet before this, however often it calls: three cycles of Entra, which begin about every 40 minutes (Microsoft,
/// "How Application Provisioning works in Microsoft Entra ID"). An hour of a frequent caller is no silence yet.
pub(crate) const QUIET_LEAST: SignedDuration = SignedDuration::from_hours(2);
/// The pause between two visits is the median of so many, the newest.
pub(crate) const PAUSES_COUNTED: usize = 10;
/// So many pauses must be there once the set-up is over; before that, all that count: visits are started by hand then.
pub(crate) const PAUSES_LEAST: usize = 4;
/// The pause of an identity provider with a clock, before its own rhythm is known (Entra: 40 minutes).
pub(crate) const USUAL_OF_AZURE: Duration = Duration::from_mins(40);
/// So long a sleep of this computer is shown.
pub(crate) const SLEEP_SHOWN: Duration = Duration::from_hours(24);
/// A shorter sleep delays no cycle of Entra.
pub(crate) const SLEEP_SHORTEST: Duration = USUAL_OF_AZURE;
/// A membership that is so old is found, however long the identity provider calls without a pause.
pub(crate) const MEMBERS_MOST: Duration = Duration::from_hours(24);
/// How long removals are held without an answer before the connection is paused. The store decides it with a removal, too.
pub(crate) const UNANSWERED: Duration = store::UNANSWERED;
/// The two lengths of time in which a mass change is looked for.
pub(crate) const MASS_HOUR: Duration = Duration::from_hours(1);
pub(crate) const MASS_DAY: Duration = Duration::from_hours(24);
/// How long a mass change is shown, if those people do not return.
pub(crate) const MASS_SHOWN: Duration = Duration::from_hours(7 * 24);
/// How long too many network connections are shown, after the last time.
pub(crate) const CROWDED_SHOWN: Duration = Duration::from_hours(1);
/// A smaller jump of the clock is no finding: a computer that was off over a weekend makes one.
pub(crate) const CLOCK_JUMP: Duration = Duration::from_hours(7 * 24);
/// How far a clock may be set back without a finding; network time corrects it by seconds.
pub(crate) const CLOCK_SET_BACK: Duration = Duration::from_mins(10);
/// By how many seconds the clocks of this computer and the proxy may differ. Certificates and tokens of one sign-in tolerate
/// about as much.
pub(crate) const CLOCKS_APART: i64 = 120;
/// How long a finding is hidden.
pub(crate) const HIDDEN: Duration = Duration::from_hours(7 * 24);
/// How many of the newest requests of a connection are searched for notes.
pub(crate) const NOTED: u32 = 200;
/// How many refused writes a finding names, and how many refused requests of a connection are explained.
pub(crate) const WRITES_SHOWN: usize = 20;
/// How many people a finding offers to block, each with a button. More are selected in the list of people.
pub(crate) const BLOCKS_SHOWN: usize = 5;
/// How many attributes that are not stored a finding names.
pub(crate) const ATTRIBUTES_SHOWN: usize = 10;
/// How many groups with members who are not here a finding names, and how many members of each.
pub(crate) const GROUPS_SHOWN: usize = 10;
pub(crate) const MEMBERS_SHOWN: usize = 3;
/// So many tries of an address with the key of a token and another secret are an alarm, if they are within this time.
pub(crate) const WRONG_SECRETS: usize = 5;
pub(crate) const WRONG_SECRETS_WITHIN: Duration = Duration::from_hours(1);
/// After so long without another one it is over.
pub(crate) const WRONG_SECRETS_QUIET: Duration = Duration::from_hours(24);
/// How many addresses such a finding names.
pub(crate) const WRONG_SECRETS_SHOWN: usize = 10;
/// How many held removals a finding names.
pub(crate) const HELD_SHOWN: u64 = 10;
/// How many people who wait to be let through a finding names.
pub(crate) const WITHHELD_SHOWN: u64 = 10;

/// How long after its credentials were accepted an identity provider may take for the first person: two cycles of Entra and
/// some, fifteen minutes of Okta, which sends at once.
pub(crate) const fn first_person(provider: idp::Provider) -> Duration {
    match provider {
        idp::Provider::Azure | idp::Provider::Custom => Duration::from_mins(90),
        idp::Provider::Okta => Duration::from_mins(15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_notified_is_found_before() {
        assert!(NOTIFIED_DAYS.iter().all(|days| Duration::from_hours(24 * days) <= ENDS_SOON));
        assert!(ENDS_SOON < ENDS);
    }

    #[test]
    fn a_mass_change_is_a_fifth_or_two_hundred_in_an_hour_or_thirty_percent_in_a_day() {
        let of_issue = MassChange { least: 10, people: 200, percent_hour: 20, percent_day: 30 };
        assert_eq!(MassChange::default(), of_issue);
    }
}

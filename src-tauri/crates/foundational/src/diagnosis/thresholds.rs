//! From when on something is found: the one table of all rules.

use std::time::Duration;

use crate::limits::{ENDS_DAYS, ENDS_LAST_DAYS, ENDS_SOON_DAYS};

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
/// How long a token may be in use.
pub(crate) const NEVER_REPLACED: Duration = Duration::from_hours(365 * 24);
/// How long after its token was created a connection that is being set up may be without any request.
pub(crate) const FIRST_REQUEST: Duration = Duration::from_mins(10);
/// How long a connection may be in use before a leaver is missed.
pub(crate) const FIRST_LEAVER: Duration = Duration::from_hours(7 * 24);
/// A tunnel that is restarted is away for less than this.
pub(crate) const AWAY: Duration = Duration::from_mins(10);
/// With fewer bytes free a disk is low. Writing stops when it is full and the reserve of 64 MB is in use.
pub(crate) const DISK_LOW: u64 = 1_000_000_000;
/// After so many of its usual pauses an identity provider is quiet.
pub(crate) const MISSED_CYCLES: i32 = 3;
/// The pause of an identity provider with a clock, before its own rhythm is known (Entra: 40 minutes).
pub(crate) const USUAL_OF_AZURE: Duration = Duration::from_mins(40);
/// So long a sleep of this computer is shown.
pub(crate) const SLEEP_SHOWN: Duration = Duration::from_hours(24);
/// A shorter sleep delays no cycle of Entra.
pub(crate) const SLEEP_SHORTEST: Duration = USUAL_OF_AZURE;
/// A membership that is so old is found, however long the identity provider calls without a pause.
pub(crate) const MEMBERS_MOST: Duration = Duration::from_hours(24);
/// How long a mass change is shown, if those people do not return.
pub(crate) const MASS_SHOWN: Duration = Duration::from_hours(7 * 24);
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
}

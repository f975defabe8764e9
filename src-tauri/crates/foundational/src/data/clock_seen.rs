//! What is known of the clock from one round of housekeeping to the next.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// More than this between two rounds is a jump: rounds are ten minutes apart, and a night's sleep is none.
const JUMP: Duration = Duration::from_hours(24);
/// How long a jump has to last before retention follows it.
pub(crate) const PROBATION: Duration = Duration::from_hours(24);

/// What the rounds of housekeeping saw of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockSeen {
    /// The time of the last round.
    pub last: Timestamp,
    pub jump: Option<Jump>,
}

/// The clock went ahead by more than a day between two rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jump {
    /// The last time before it.
    pub before: Timestamp,
    /// The first time after it.
    pub after: Timestamp,
}

impl ClockSeen {
    /// What is known of the clock after a round at `now`.
    pub(crate) fn at(self, now: Timestamp) -> Self {
        let jump = match self.jump {
            _ if now > self.last + JUMP => {
                // A jump after a jump: the time before the first one is still the last one to trust.
                let before = self.jump.map_or(self.last, |jump| jump.before);
                let is_over = self.jump.is_some_and(|jump| self.last >= jump.after + PROBATION);
                Some(Jump { before: if is_over { self.last } else { before }, after: now })
            }
            Some(jump) if now >= jump.after + PROBATION || now < jump.after => None,
            other => other,
        };
        Self { last: now, jump }
    }

    /// The time by which what is old is deleted.
    pub(crate) fn retention_time(self) -> Timestamp {
        self.jump.map_or(self.last, |jump| jump.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(hours: u64) -> Timestamp {
        Timestamp::UNIX_EPOCH + u32::try_from(hours).unwrap() * HOUR
    }

    /// The retention time after rounds at these hours.
    fn after(rounds: &[u64]) -> Timestamp {
        let first = ClockSeen { last: at(rounds[0]), jump: None };
        rounds[1..].iter().fold(first, |seen, hours| seen.at(at(*hours))).retention_time()
    }

    #[test]
    fn a_clock_without_jumps_is_followed() {
        assert_eq!(after(&[0, 1, 2, 26]), at(26), "a day between two rounds is no jump");
    }

    #[test]
    fn a_jump_counts_when_it_has_lasted_for_a_day() {
        assert_eq!(after(&[5, 1000]), at(5), "retention waits");
        assert_eq!(after(&[5, 1000, 1010, 1023]), at(5), "for a day");
        assert_eq!(after(&[5, 1000, 1010, 1024]), at(1024), "and follows then");
    }

    #[test]
    fn a_clock_that_was_corrected_leaves_no_jump() {
        assert_eq!(after(&[5, 1000, 6]), at(6), "the right time counts again");
    }

    #[test]
    fn a_jump_after_a_jump_begins_another_day() {
        assert_eq!(after(&[5, 1000, 2000, 2023]), at(5), "the first one never lasted");
        assert_eq!(after(&[5, 1000, 2000, 2024]), at(2024), "the second one did");
    }
}

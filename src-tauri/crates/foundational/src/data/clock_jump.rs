//! A jump of the wall clock: it moved by another time than passed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::words::counted;

/// A smaller difference is no jump: network time corrects a clock by seconds.
const SHORTEST: SignedDuration = SignedDuration::from_mins(10);

/// The wall clock, and the time since this computer started, at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    wall: Timestamp,
    running: Duration,
}

impl Moment {
    /// This moment, by its wall clock.
    pub(crate) fn at(wall: Timestamp) -> Self {
        Self { wall, running: since_start() }
    }

    /// By how much the wall clock jumped since `before`, if it did.
    pub(crate) fn jump_since(self, before: Self) -> Option<SignedDuration> {
        let passed = SignedDuration::try_from(self.running.saturating_sub(before.running)).ok()?;
        let jump = self.wall.duration_since(before.wall) - passed;
        (jump.abs() > SHORTEST).then_some(jump)
    }
}

/// By how much a clock was set back while nothing ran here: it shows `now`, and showed `last` before. That it is ahead of that
/// says nothing.
pub(crate) fn set_back(last: Timestamp, now: Timestamp) -> Option<SignedDuration> {
    let jump = now.duration_since(last);
    (jump < -SHORTEST).then_some(jump)
}

/// "ahead by 11 minutes".
pub(crate) fn in_words(jump: SignedDuration) -> String {
    let minutes = (jump.unsigned_abs().as_secs() + 30) / 60;
    let by = match minutes {
        ..120 => counted(minutes, "minute", "minutes"),
        120..2_880 => counted(minutes / 60, "hour", "hours"),
        _ => counted(minutes / 1_440, "day", "days"),
    };
    let direction = if jump.is_negative() { "back" } else { "ahead" };
    format!("{direction} by {by}")
}

/// A clock that no one sets, and that goes on while the computer sleeps: sleep is no jump.
#[cfg(unix)]
fn since_start() -> Duration {
    // On Linux the monotonic clock stops in sleep; on macOS it does not.
    #[cfg(target_os = "linux")]
    let clock = rustix::time::ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = rustix::time::ClockId::Monotonic;
    Duration::from_secs(rustix::time::clock_gettime(clock).tv_sec.unsigned_abs())
}

/// A clock that no one sets, and that goes on while the computer sleeps: sleep is no jump.
#[cfg(not(unix))]
fn since_start() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// The jump where the wall clock shows so many minutes more, and so many have passed.
    fn jump(shown: i64, passed: u32) -> Option<String> {
        let before = Moment { wall: Timestamp::UNIX_EPOCH, running: MINUTE };
        let wall = before.wall + SignedDuration::from_mins(shown);
        Moment { wall, running: MINUTE + passed * MINUTE }.jump_since(before).map(in_words)
    }

    #[test]
    fn only_a_difference_between_the_clocks_is_a_jump() {
        for (shown, passed, expected) in [
            (10, 10, None),
            (600, 600, None),
            (10, 0, None),
            (11, 0, Some("ahead by 11 minutes")),
            (-1, 10, Some("back by 11 minutes")),
            (0, 10, None),
            (121, 1, Some("ahead by 2 hours")),
            (-2_880, 0, Some("back by 2 days")),
        ] {
            assert_eq!(jump(shown, passed).as_deref(), expected, "{shown} shown, {passed} passed");
        }
    }

    #[test]
    fn while_nothing_ran_only_a_clock_that_was_set_back_is_known() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert_eq!(set_back(at(100), at(90)), None);
        assert_eq!(set_back(at(100), at(89)).map(in_words).as_deref(), Some("back by 11 minutes"));
        assert_eq!(set_back(at(100), at(100_000)), None, "the computer may have been off");
    }
}

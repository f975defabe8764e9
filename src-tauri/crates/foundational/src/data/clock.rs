//! A clock that is wrong: what is old is deleted only by a time that can be trusted, and an Admin learns of it.
//!
//! Rights end by [`store::Clock::latest`], which never goes back. Retention is the other way round: a clock that runs
//! ahead must not delete what is young, so a jump ahead counts for retention only when it has lasted for a day.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::Error;
use crate::views::{Attention, Nothing};

/// The setting that holds [`Seen`].
const SEEN: &str = "clock.seen";
/// More than this between two rounds is a jump: rounds are ten minutes apart, and a night's sleep is none.
const JUMP: Duration = Duration::from_hours(24);
/// How long a jump has to last before retention follows it.
const PROBATION: Duration = Duration::from_hours(24);
/// A jump below this is not worth an Admin's time: a computer that was off over a weekend makes one.
const WORTH_SAYING: Duration = Duration::from_hours(7 * 24);
/// How far a clock may be set back without a finding; network time corrects it by seconds.
const SET_BACK: Duration = Duration::from_mins(10);

/// What the rounds of housekeeping saw of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// The time of the last round.
    last: Timestamp,
    jump: Option<Jump>,
}

/// The clock went ahead by more than a day between two rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Jump {
    /// The last time before it.
    before: Timestamp,
    /// The first time after it.
    after: Timestamp,
}

impl Seen {
    /// What is known of the clock after a round at `now`.
    fn at(self, now: Timestamp) -> Self {
        let jump = match self.jump {
            _ if now > self.last + JUMP => {
                // A jump after a jump: what came before the first one is still the last time to trust.
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
    fn retention_time(self) -> Timestamp {
        self.jump.map_or(self.last, |jump| jump.before)
    }
}

impl Foundational {
    /// Looks at the clock, once in each round, and answers by which time what is old is deleted.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn retention_time(&self) -> Result<Timestamp, Error> {
        let now = self.now();
        let seen = self.clock_seen().await?.map_or(Seen { last: now, jump: None }, |seen| seen.at(now));
        let text = serde_json::to_string(&seen).unwrap_or_default();
        let done: Result<(), Error> =
            self.store().write(async move |tx| Ok(tx.set(SEEN, Some(&text)).await?)).await;
        done?;
        Ok(seen.retention_time())
    }

    async fn clock_seen(&self) -> Result<Option<Seen>, Error> {
        let text = self.store().setting(SEEN).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// What is wrong with the clock, if anything is.
    pub(crate) async fn clock_problem(&self) -> Result<Option<Attention>, Error> {
        let problem = |code: &str, message: String, action: &str| Attention {
            code: code.to_owned(),
            urgent: code == BEHIND,
            message,
            action: action.to_owned(),
            connection_id: None,
        };
        let (now, latest) = (self.now(), self.latest());
        if latest > now + SET_BACK {
            let message = format!(
                "The clock of this computer shows {}, although it was already {}. What expired until then remains expired.",
                shown(now),
                shown(latest)
            );
            return Ok(Some(problem(BEHIND, message, "Check the clock")));
        }
        let jump = self.clock_seen().await?.and_then(|seen| seen.jump);
        Ok(jump.filter(|jump| jump.after > jump.before + WORTH_SAYING).map(|jump| {
            let message = format!(
                "The clock of this computer jumped from {} to {}. If the computer was off in between, no action is needed. \
                 Nothing old is deleted before {}.",
                shown(jump.before),
                shown(jump.after),
                shown(jump.after + PROBATION)
            );
            problem(AHEAD, message, "Check the clock")
        }))
    }

    /// Takes the present time of this computer for right, after its clock ran ahead and was corrected: what expired only
    /// by the wrong time is valid again.
    pub(crate) async fn clock_trust(&self, _: Actor, _: Nothing) -> Result<Nothing, Error> {
        self.store().trust_clock().await?;
        tracing::warn!(now = %self.now(), "an Admin trusts the clock of this computer again");
        Ok(Nothing {})
    }
}

/// The code of a clock that was set back.
const BEHIND: &str = "clock.behind";
/// The code of a clock that went ahead.
const AHEAD: &str = "clock.ahead";

fn shown(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
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
        let first = Seen { last: at(rounds[0]), jump: None };
        rounds[1..].iter().fold(first, |seen, hours| seen.at(at(*hours))).retention_time()
    }

    #[test]
    fn a_clock_that_goes_on_is_followed() {
        assert_eq!(after(&[0, 1, 2, 26]), at(26), "a day between two rounds is no jump");
    }

    #[test]
    fn a_jump_counts_when_it_has_lasted_for_a_day() {
        assert_eq!(after(&[5, 1000]), at(5), "retention stands still");
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

//! Detects that the computer slept: time passed in which nothing here ran. All windows are locked then, and the gap
//! is recorded, so that the silence is not taken for a provider's.
//!
//! No system is asked. The wall clock goes on while a computer sleeps, and the clock that measures running does not on
//! Linux and macOS; on Windows it does, but the round then comes late by it. Either way a round shows it. A wall clock
//! that is set forward looks the same, and locking is right there too.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use store::{SleepInterval, catch_panic, spawn_supervised};

use crate::access::Access;
use crate::context::{Lifecycle, Room as _};
use crate::error::Error;
use crate::event::{Event, Topic};

/// The time between two rounds: a window may be open for so long after the computer woke up.
const ROUND: Duration = Duration::from_secs(2);
/// A busy computer is late by seconds; what is late by this much slept.
const SHORTEST: SignedDuration = SignedDuration::from_secs(20);

/// Both clocks at one moment.
#[derive(Clone, Copy)]
struct Moment {
    wall: Timestamp,
    running: Instant,
}

/// The gap between two rounds, if there was one.
fn gap(before: Moment, after: Moment) -> Option<SleepInterval> {
    let ran = SignedDuration::try_from(after.running.duration_since(before.running)).ok()?;
    let passed = after.wall.duration_since(before.wall);
    let round = SignedDuration::try_from(ROUND).ok()?;
    let slept = (passed - ran).max(ran - round);
    (slept >= SHORTEST).then_some(SleepInterval { from: before.wall, until: after.wall })
}

/// Watches for sleep until the workspace is closed.
pub(crate) fn watch(access: Access) {
    let mut before = moment(&access);
    drop(spawn_supervised("sleep", async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                () = access.context().until(Lifecycle::Closed) => return,
            }
            let after = moment(&access);
            if let Some(interval) = gap(before, after)
                && let Ok(Err(error)) = catch_panic("waking", woke(&access, interval)).await
            {
                tracing::warn!(%error, "what follows from sleep was not done");
            }
            before = after;
        }
    }));
}

fn moment(access: &Access) -> Moment {
    Moment { wall: access.now(), running: Instant::now() }
}

async fn woke(access: &Access, interval: SleepInterval) -> Result<(), Error> {
    // A setting that cannot be read must not leave a window open.
    let lock = access.security_rules().await.map_or(true, |rules| rules.lock_on_sleep);
    if lock && access.sessions().lock_all() {
        access.send(Event::of(Topic::Session));
    }
    if interval.until > interval.from {
        access.store().record_sleep(interval).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(passed: u64, ran: u64) -> Option<i64> {
        let before = Moment { wall: Timestamp::UNIX_EPOCH, running: Instant::now() };
        let after = Moment {
            wall: before.wall + Duration::from_secs(passed),
            running: before.running + Duration::from_secs(ran),
        };
        gap(before, after).map(|interval| interval.until.as_second())
    }

    #[test]
    fn only_time_in_which_nothing_ran_is_sleep() {
        assert_eq!(after(2, 2), None, "a round in time");
        assert_eq!(after(12, 12), None, "a busy computer");
        assert_eq!(after(3600, 2), Some(3600), "it slept, and the running clock stood still");
        assert_eq!(after(3600, 3600), Some(3600), "it slept, and the running clock went on");
    }
}

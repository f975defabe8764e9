//! How long the steps of a request took.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What each step of a request took before its answer, in whole microseconds: finding its connection, checking its token,
/// reading its body as JSON, and carrying it out up to the commit. The last one that has a time is where the request ended, done
/// or not; later ones were not reached. What is left of the duration of the request is its answer. All are None where they were
/// not measured: in rows of an older version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTimes(pub [Option<u32>; 4]);

impl StepTimes {
    /// The next step ended after so long. What is longer than 71 minutes is recorded as that.
    pub fn push(&mut self, took: Duration) {
        if let Some(next) = self.0.iter_mut().find(|time| time.is_none()) {
            *next = Some(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        }
    }

    /// The times that are known, in order.
    pub fn known(&self) -> impl Iterator<Item = u64> {
        self.0.into_iter().flatten().map(u64::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_the_order_in_which_the_steps_ended() {
        let mut times = StepTimes::default();
        for took in [Duration::from_nanos(31_900), Duration::ZERO, Duration::from_hours(2)] {
            times.push(took);
        }
        assert_eq!(times, StepTimes([Some(31), Some(0), Some(u32::MAX), None]));
        times.push(Duration::from_micros(7));
        times.push(Duration::from_micros(8));
        assert_eq!(times.known().collect::<Vec<_>>(), [31, 0, u64::from(u32::MAX), 7], "there are four");
    }
}

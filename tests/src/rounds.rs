//! How long a random test is: a moment in `npm test`, and by command as many rounds or as much time as that says.

use std::time::{Duration, Instant};

use crate::random::number;

/// The rounds of a test, counted from zero.
pub struct Rounds {
    next: usize,
    count: usize,
    /// When it ends, if that is decided by the time.
    end: Option<Instant>,
}

impl Rounds {
    /// `count` rounds. The environment says otherwise: a number by `variable`, or seconds by `FOUNDATIONAL_SECONDS`.
    pub fn new(variable: &str, count: usize) -> Self {
        let end = number("FOUNDATIONAL_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let count = number(variable).map_or(count, |count| usize::try_from(count).unwrap());
        Self { next: 0, count, end }
    }
}

impl Iterator for Rounds {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let is_over = self.end.map_or(self.next >= self.count, |end| Instant::now() >= end);
        let round = (!is_over).then_some(self.next);
        self.next += 1;
        round
    }
}

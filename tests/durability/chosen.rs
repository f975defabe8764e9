//! What of all is done in a run, chosen by a seed.

use store::Clock;
use tests::number;

/// Whether every call fails once, in a run that takes hours. `npm test` chooses some.
pub(crate) fn is_every_call() -> bool {
    std::env::var("FOUNDATIONAL_FAULTS").is_ok_and(|value| value == "all")
}

/// Numbers that are the same in every run with the same seed.
pub(crate) struct Random {
    pub seed: u64,
    numbers: tests::Random,
}

impl Random {
    /// With the seed of `FOUNDATIONAL_SEED`; otherwise each run has another one.
    pub(crate) fn new() -> Self {
        let seed = number("FOUNDATIONAL_SEED");
        let seed = seed.unwrap_or_else(|| Clock::system().now().as_second().unsigned_abs());
        Self { seed, numbers: tests::Random(seed) }
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.numbers.draw() % u64::from(end)).unwrap()
    }
}

//! What of all is done in a run, chosen by a seed.

use store::Clock;

/// Whether every call fails once, in a run that takes hours. `npm test` chooses some.
pub(crate) fn is_every_call() -> bool {
    std::env::var("FOUNDATIONAL_FAULTS").is_ok_and(|value| value == "all")
}

/// A number from the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Numbers that are the same in every run with the same seed (the generator of `SplitMix64`).
pub(crate) struct Random {
    pub seed: u64,
    state: u64,
}

impl Random {
    /// With the seed of `FOUNDATIONAL_SEED`; otherwise each run has another one.
    pub(crate) fn new() -> Self {
        let seed = number("FOUNDATIONAL_SEED");
        let seed = seed.unwrap_or_else(|| Clock::system().now().as_second().unsigned_abs());
        Self { seed, state: seed }
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(end)).unwrap()
    }
}

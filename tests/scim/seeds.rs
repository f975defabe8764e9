//! Random tests that can be repeated: numbers that follow from a seed, and which seeds run.

use std::ops::Range;

/// Numbers that are the same in every run with the same seed (the generator of `SplitMix64`).
pub struct Random(pub u64);

impl Random {
    /// A number from zero to below this one.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    /// One of these; none of none.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }
}

/// The seeds of one of several equal parts: `runs` in all, or `FOUNDATIONAL_RUNS`, from the seed `FOUNDATIONAL_SEED` on, or 1.
pub fn seeds(runs: u64, part: u64, parts: u64) -> Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let runs = number("FOUNDATIONAL_RUNS").unwrap_or(runs);
    let first = number("FOUNDATIONAL_SEED").unwrap_or(1);
    first + runs * part / parts..first + runs * (part + 1) / parts
}

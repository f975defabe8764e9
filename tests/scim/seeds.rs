//! Which seeds of random tests run.

use std::ops::Range;

use tests::number;

/// The seeds of one of several equal parts: `runs` in all, or `FOUNDATIONAL_RUNS`, from the seed `FOUNDATIONAL_SEED` on, or 1.
pub fn seeds(runs: u64, part: u64, parts: u64) -> Range<u64> {
    let runs = number("FOUNDATIONAL_RUNS").unwrap_or(runs);
    let first = number("FOUNDATIONAL_SEED").unwrap_or(1);
    first + runs * part / parts..first + runs * (part + 1) / parts
}

//! What the app costs and how quick it is, measured in its window: processor time at rest, frames while lists scroll and
//! while many requests arrive, how soon a press is drawn, start, memory. `npm run figures` measures a release build against
//! the goals; the short form in `npm test` fails only for what anybody would call broken, on a slow machine too.

mod acts;
mod flood;
mod lists;
mod memory;
mod presses;
mod rest;
mod scene;
mod start;

use tests::is_release;

/// One measured figure, its limits, and what of it was measured.
struct Figure {
    what: String,
    measured: u64,
    unit: &'static str,
    /// What a release on a quiet machine is held to.
    goal: u64,
    /// What any build on a busy machine is held to.
    bearable: u64,
    /// A larger figure is better.
    at_least: bool,
    details: String,
}

impl Figure {
    fn most(what: impl Into<String>, measured: u64, unit: &'static str, goal: u64, bearable: u64) -> Self {
        let details = String::new();
        Self { what: what.into(), measured, unit, goal, bearable, at_least: false, details }
    }

    fn least(what: impl Into<String>, measured: u64, unit: &'static str, goal: u64, bearable: u64) -> Self {
        Self { at_least: true, ..Self::most(what, measured, unit, goal, bearable) }
    }

    fn with(self, details: String) -> Self {
        Self { details, ..self }
    }

    fn is_missed(&self) -> bool {
        let limit = if is_release() { self.goal } else { self.bearable };
        if self.at_least { self.measured < limit } else { self.measured > limit }
    }
}

/// Prints all figures, and fails when one misses its limit.
fn hold(figures: &[Figure]) {
    for Figure { what, measured, unit, goal, details, .. } in figures {
        println!("figure: {what} | {measured} {unit} | {goal} {unit} | {details}");
    }
    let missed: Vec<String> = figures
        .iter()
        .filter(|figure| figure.is_missed())
        .map(|Figure { what, measured, unit, details, .. }| format!("{what}: {measured} {unit} {details}"))
        .collect();
    assert!(missed.is_empty(), "figures that miss their limit:\n{}", missed.join("\n"));
}

fn median(mut all: Vec<u64>) -> u64 {
    all.sort_unstable();
    all[all.len() / 2]
}

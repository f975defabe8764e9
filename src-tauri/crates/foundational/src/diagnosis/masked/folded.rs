//! The shapes of a list.

use serde_json::Value;

/// How many different shapes of a list are shown.
const SHAPES: usize = 5;

/// Elements of the same shape are shown once, with how many more there are.
pub(super) fn folded(items: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut runs: Vec<(Value, usize)> = Vec::new();
    for item in items {
        match runs.last_mut() {
            Some((shape, more)) if *shape == item => *more += 1,
            _ => runs.push((item, 0)),
        }
    }
    let more = |more: usize| (more > 0).then(|| format!("({more} more of this shape)").into());
    let others: usize = runs.iter().skip(SHAPES).map(|(_, more)| 1 + more).sum();
    let shown = runs.into_iter().take(SHAPES).flat_map(|(shape, times)| [Some(shape), more(times)]);
    shown.chain([(others > 0).then(|| format!("({others} more)").into())]).flatten().collect()
}

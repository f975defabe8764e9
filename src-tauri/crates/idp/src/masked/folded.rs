//! The shapes of a list.

use serde_json::Value;

/// How many different shapes of a list are shown.
const SHAPES: usize = 5;

const ALIKE: &str = " more of this shape)";
const OTHERS: &str = " more)";

/// Elements of the same shape are shown once, with how many more there are.
pub(super) fn folded(items: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut runs: Vec<(Value, usize)> = Vec::new();
    for item in items {
        match runs.last_mut() {
            Some((shape, more)) if *shape == item => *more += 1,
            _ => runs.push((item, 0)),
        }
    }
    let more = |more: usize| (more > 0).then(|| format!("({more}{ALIKE}").into());
    let others: usize = runs.iter().skip(SHAPES).map(|(_, more)| 1 + more).sum();
    let shown = runs.into_iter().take(SHAPES).flat_map(|(shape, times)| [Some(shape), more(times)]);
    shown.chain([(others > 0).then(|| format!("({others}{OTHERS}").into())]).flatten().collect()
}

/// Whether a text is the number of the elements that are not shown: "(2 more of this shape)", "(3 more)".
pub(super) fn is_count(text: &str) -> bool {
    let rest = text.strip_prefix('(');
    let number = rest.and_then(|rest| rest.strip_suffix(ALIKE).or_else(|| rest.strip_suffix(OTHERS)));
    number.is_some_and(|number| number.parse::<usize>().is_ok())
}

//! Random arguments: what is known of a command's, changed.

use serde_json::{Map, Value, json};
use tests::Random;

/// Pieces of the texts that are made.
const PIECES: [&str; 24] = [
    "a",
    "Z",
    "0",
    " ",
    "\0",
    "\n",
    "\u{202e}",
    "\u{1f600}",
    "\u{e9}",
    "'",
    "\"",
    "%",
    "_",
    "../",
    "<b>",
    "-1",
    "T10:00:00Z",
    "9999",
    "@",
    ".",
    ":",
    "\\",
    "urn:",
    "127.0.0.1",
];

/// Arguments like these: some as they are, most with one or two fields of another value, more fields, or fewer, and some that are no
/// object.
pub(super) fn changed(random: &mut Random, known: &Map<String, Value>) -> Value {
    let mut args = known.clone();
    match random.below(20) {
        0 => return value(random, 2),
        1 | 2 => return Value::Object(args),
        _ => {}
    }
    for _ in 0..=random.below(2) {
        let fields: Vec<String> = args.keys().cloned().collect();
        match (random.of(&fields), random.below(8)) {
            (Some(field), 0) => {
                args.remove(field);
            }
            (Some(field), 2..) => {
                args.insert(field.clone(), value(random, 2));
            }
            _ => {
                args.insert(text(random), value(random, 1));
            }
        }
    }
    Value::Object(args)
}

/// Any JSON, nested at most so deep.
pub(super) fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(random.draw()),
        3 => json!(random.draw().cast_signed()),
        4 => json!(f64::from_bits(random.draw())),
        5 => json!(text(random)),
        6 => Value::Array((0..random.below(4)).map(|_| value(random, depth - 1)).collect()),
        _ => Value::Object((0..random.below(4)).map(|_| (text(random), value(random, depth - 1))).collect()),
    }
}

fn text(random: &mut Random) -> String {
    (0..random.below(12)).filter_map(|_| random.of(&PIECES).copied()).collect()
}

//! What numbers and dateTimes denote, and how they compare, in filters, sorting and PATCH alike.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Number;

/// The instant that a dateTime value denotes. A value without an offset is read as UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if !text.contains(['T', 't']) {
        return None;
    }
    let zoned = text.parse::<Timestamp>().ok();
    zoned.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

/// How two numbers compare. The order is total: whole numbers and doubles are compared by what they are,
/// without one being rounded to the form of the other (2^53 and 2^53 + 1 are two numbers, also beside 2^53 as a double).
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(left), None) => compare_whole(left, fraction(right)),
        (None, Some(right)) => compare_whole(right, fraction(left)).reverse(),
        (None, None) => compare_fractions(fraction(left), fraction(right)),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// The double of a number that is not whole; JSON has none that is not finite.
fn fraction(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

/// -0 and 0 are one number.
fn compare_fractions(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or(Ordering::Equal)
}

fn compare_whole(left: i128, right: f64) -> Ordering {
    // Every whole number of JSON lies within 64 bits, far within what an i128 holds; a double beyond saturates there.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the fraction is compared next"
    )]
    let floor = right.floor() as i128;
    let has_fraction = right > right.floor();
    left.cmp(&floor).then(if has_fraction { Ordering::Less } else { Ordering::Equal })
}

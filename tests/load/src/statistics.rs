//! Medians, percentiles and the numbers in them.

use std::time::Duration;

/// A count as a number to calculate with. Counts here are far below 2^53, where this is exact.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) const fn float(count: usize) -> f64 {
    count as f64
}

/// Mebibytes, of bytes.
#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53 bytes")]
pub(crate) const fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Microseconds.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The value that `per_cent` of 100 of the sorted values do not exceed.
pub(crate) fn percentile(sorted: &[Duration], per_cent: usize) -> Duration {
    let at = (sorted.len() * per_cent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

/// The median; of an even number of values, the lower one of the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// How far the values are apart, as a part of their median.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let most = values.iter().copied().fold(f64::MIN, f64::max);
    let least = values.iter().copied().fold(f64::MAX, f64::min);
    let middle = median(values);
    if middle > 0.0 { (most - least) / middle } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_micros).collect();
        assert_eq!(percentile(&times, 50), Duration::from_micros(50), "half of them take at most 50 us");
        assert_eq!(percentile(&times, 99), Duration::from_micros(99), "one of a hundred takes more");
        assert_eq!(percentile(&times[..1], 99), Duration::from_micros(1), "one value is every percentile");
        assert_eq!(percentile(&[], 50), Duration::ZERO, "without values there is none");
    }

    #[test]
    fn the_spread_is_relative_to_the_median() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9, "the order of the rounds does not count");
        assert!((spread(&[90.0, 100.0, 120.0]) - 0.3).abs() < 1e-9, "30 of 100");
    }
}

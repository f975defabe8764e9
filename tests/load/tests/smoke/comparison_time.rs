//! How long it takes to compare a token with a stored hash says nothing about the hash. By command alone, as it measures the computer
//! too: `cargo test --release -p load --test smoke -- --ignored --nocapture comparison_time`.

use std::hint::black_box;
use std::time::Instant;

use store::TokenText;

/// Comparisons of each kind, on average.
const SAMPLES: usize = 100_000;
/// Above it a difference of two means is none of chance.
const LIMIT: f64 = 4.5;
/// Which part of the times counts: the longest are those of interruptions.
const COUNTED: usize = 90;

/// The nanoseconds of many comparisons with each of these hashes, in random order.
fn measured(hashes: &[[u8; 32]], matches: impl Fn(&[u8; 32]) -> bool) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); hashes.len()];
    for _ in 0..SAMPLES * hashes.len() {
        let kind = fastrand::usize(..hashes.len());
        // One place in memory for all of them.
        let hash = black_box(hashes[kind]);
        let began = Instant::now();
        black_box(matches(&hash));
        times[kind].push(began.elapsed().as_secs_f64() * 1e9);
    }
    let mut all = times.concat();
    all.sort_by(f64::total_cmp);
    let longest = all[all.len() * COUNTED / 100];
    for times in &mut times {
        times.retain(|time| *time <= longest);
    }
    times
}

/// The mean, and the square of its standard error.
fn mean(times: &[f64]) -> (f64, f64) {
    let count = f64::from(u32::try_from(times.len()).expect("they are fewer"));
    let mean = times.iter().sum::<f64>() / count;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

/// Welch's t of the first kind and each other one; the largest, without its sign.
fn largest_t(times: &[Vec<f64>]) -> f64 {
    let (first, of_first) = mean(&times[0]);
    let others = times[1..].iter().map(|times| mean(times));
    others.map(|(other, of_other)| ((first - other) / (of_first + of_other).sqrt()).abs()).fold(0.0, f64::max)
}

#[test]
#[ignore = "a measurement, which needs a release build and a computer at rest"]
fn the_time_of_a_comparison_says_nothing_about_the_hash() {
    let token = TokenText::generate().expect("there is randomness");
    let right = token.hash();
    let (mut first, mut last) = (right, right);
    first[0] ^= 1;
    last[31] ^= 1;
    // The last one is compared where the key id is unknown.
    let hashes = [right, first, last, [0; 32]];
    let largest = largest_t(&measured(&hashes, |hash| token.matches(hash)));
    let ends_early =
        |hash: &[u8; 32]| token.hash().iter().zip(hash).all(|(a, b)| black_box(a) == black_box(b));
    let control = largest_t(&measured(&hashes, ends_early));
    println!(
        "long run: {SAMPLES} comparisons of each of {} kinds, |t| at most {largest:.1}; {control:.1} of one that ends at the first \
         difference",
        hashes.len()
    );
    assert!(control > LIMIT, "this test sees a comparison that ends early: {control}");
    assert!(largest < LIMIT, "the times of the kinds are those of chance: {largest}");
}

//! The resource usage of the server in the course of a run: memory, open files and its write-ahead log, and whether it grows.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::bench::Bench;
use crate::statistics::{float, mebibytes, median};

/// How often it is measured.
const PERIOD: Duration = Duration::from_millis(500);
/// What is the beginning of a run, in which caches are filled: half of it, and this long at most.
const BEGINNING: Duration = Duration::from_mins(30);

/// The measured values, oldest first.
#[derive(Default)]
pub(crate) struct ResourceUsage {
    /// Resident memory in MiB.
    memory: Vec<f64>,
    /// Open files, sockets included.
    files: Vec<f64>,
    /// The write-ahead log of the workspace in MiB.
    log: Vec<f64>,
    /// How long it was measured.
    time: Duration,
}

/// Measures the server of this run until then.
pub(crate) async fn watch(bench: &Bench, end: Instant) -> Result<ResourceUsage> {
    let server = bench.server.as_ref().context("there is no server of ours")?;
    let process = server.process().context("it does not run")?;
    let mut usage = ResourceUsage::default();
    let start = Instant::now();
    while Instant::now() < end {
        usage.memory.push(mebibytes(process.resident_memory()?));
        usage.files.push(float(process.open_files()?));
        usage.log.push(mebibytes(server.bytes("foundational.db-wal")?));
        tokio::time::sleep(PERIOD).await;
    }
    usage.time = start.elapsed();
    Ok(usage)
}

impl ResourceUsage {
    /// Adds its figures to the report of this work.
    pub(crate) fn report(&self, bench: &Bench, work: &'static str, size: usize) {
        let value = |name, value, unit| bench.value(work, name, size, value, unit);
        value("resident memory, last quarter over first", growth(&self.memory), "MiB");
        value("open files, at most", most(&self.files), "files");
        value("open files, last quarter over first", growth(&self.files), "files");
        value("write-ahead log, at most", most(&self.log), "MiB");
    }

    /// By how many MiB resident memory grows in an hour, after the beginning.
    pub(crate) fn slope_of_memory(&self) -> f64 {
        let hours = self.time.as_secs_f64() / 3_600.0;
        let beginning = (BEGINNING.as_secs_f64() / 3_600.0).min(hours / 2.0);
        let count = float(self.memory.len());
        let is_after = |at: usize| float(at) * hours >= beginning * count;
        let after = self.memory.iter().enumerate().filter(|(at, _)| is_after(*at)).map(|(_, value)| *value);
        slope(&after.collect::<Vec<f64>>()) * count / hours.max(1e-9)
    }
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// By how much values grow from one to the next: the line with the least squares of the distances.
fn slope(values: &[f64]) -> f64 {
    let count = float(values.len());
    let (middle, mean) = ((count - 1.0) / 2.0, values.iter().sum::<f64>() / count.max(1.0));
    let (mut together, mut alone) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let from_middle = float(at) - middle;
        together += from_middle * (value - mean);
        alone += from_middle * from_middle;
    }
    if alone > 0.0 { together / alone } else { 0.0 }
}

/// By how much the median of the last quarter is above that of the first one.
fn growth(values: &[f64]) -> f64 {
    let quarter = values.len().div_ceil(4);
    let first = values.get(..quarter).unwrap_or_default();
    let last = values.get(values.len() - quarter..).unwrap_or_default();
    median(last) - median(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_of_an_hour_and_without_the_beginning() {
        let growing =
            |time: Duration, memory: Vec<f64>| ResourceUsage { memory, time, ..ResourceUsage::default() };
        let steady = growing(Duration::from_hours(2), (0..200).map(f64::from).collect());
        assert!((steady.slope_of_memory() - 100.0).abs() < 1e-6, "200 MiB in two hours");
        let filled = (0_u32..200).map(|at| f64::from(at.min(50)));
        let filled = growing(Duration::from_hours(2), filled.collect());
        assert!(filled.slope_of_memory().abs() < 1e-6, "what grows in the first half hour alone is a cache");
        assert!(ResourceUsage::default().slope_of_memory().abs() < 1e-9, "nothing was measured");
    }

    #[test]
    fn what_grows_is_seen_between_the_first_and_the_last_quarter() {
        let growing: Vec<f64> = (0..100).map(f64::from).collect();
        assert!((growth(&growing) - 75.0).abs() < 1e-9, "the medians of 0 to 24 and of 75 to 99");
        let peak = [1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        assert!(growth(&peak).abs() < 1e-9, "what comes and goes is no growth");
        assert!(growth(&[]).abs() < 1e-9 && growth(&[5.0]).abs() < 1e-9, "nor is what was hardly measured");
    }
}

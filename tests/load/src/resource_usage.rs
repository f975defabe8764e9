//! The resource usage of the server in the course of a run: memory, open files and its write-ahead log, and whether it grows.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::bench::Bench;
use crate::statistics::{float, mebibytes, median};

/// How often it is measured.
const PERIOD: Duration = Duration::from_millis(500);

/// The measured values, oldest first.
#[derive(Default)]
pub(crate) struct ResourceUsage {
    /// Resident memory in MiB.
    memory: Vec<f64>,
    /// Open files, sockets included.
    files: Vec<f64>,
    /// The write-ahead log of the workspace in MiB.
    log: Vec<f64>,
}

/// Measures the server of this run until then.
pub(crate) async fn watch(bench: &Bench, end: Instant) -> Result<ResourceUsage> {
    let server = bench.server.as_ref().context("there is no server of ours")?;
    let process = server.process().context("it does not run")?;
    let mut usage = ResourceUsage::default();
    while Instant::now() < end {
        usage.memory.push(mebibytes(process.resident_memory()?));
        usage.files.push(float(process.open_files()?));
        usage.log.push(mebibytes(server.bytes("foundational.db-wal")?));
        tokio::time::sleep(PERIOD).await;
    }
    Ok(usage)
}

impl ResourceUsage {
    /// Adds its figures to the report of J1.
    pub(crate) fn report(&self, bench: &Bench, size: usize) {
        let value = |name, value, unit| bench.value("J1", name, size, value, unit);
        value("resident memory, last quarter over first", growth(&self.memory), "MiB");
        value("open files, at most", most(&self.files), "files");
        value("open files, last quarter over first", growth(&self.files), "files");
        value("write-ahead log, at most", most(&self.log), "MiB");
    }
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
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
    fn what_grows_is_seen_between_the_first_and_the_last_quarter() {
        let growing: Vec<f64> = (0..100).map(f64::from).collect();
        assert!((growth(&growing) - 75.0).abs() < 1e-9, "the medians of 0 to 24 and of 75 to 99");
        let peak = [1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        assert!(growth(&peak).abs() < 1e-9, "what comes and goes is no growth");
        assert!(growth(&[]).abs() < 1e-9 && growth(&[5.0]).abs() < 1e-9, "nor is what was hardly measured");
    }
}

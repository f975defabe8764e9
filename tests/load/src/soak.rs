//! J2: 200 good requests a second for a long time, and nothing beside them: does anything grow? It is measured where it is named, as it
//! shows little in a short time.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::bench::Bench;
use crate::clients::usual_load;
use crate::report::Subject;
use crate::resource_usage;
use crate::statistics::mebibytes;

/// The requests of a second, and the connections that send them.
const PER_SECOND: u32 = 200;
const CONNECTIONS: usize = 100;

/// Measures it for a minute, or for the time of `--seconds`. A request that is not answered rightly fails the run.
pub(crate) async fn measure(bench: &Bench, size: usize) -> Result<()> {
    let time = Duration::from_secs_f64(bench.options.seconds.unwrap_or(60.0));
    let process = bench.process().context("there is no process of ours")?;
    process.reset_peak()?;
    let start = Instant::now() + Duration::from_millis(200);
    let load = usual_load(bench, CONNECTIONS, PER_SECOND, start, time);
    let (good, usage) = tokio::try_join!(load, resource_usage::watch(bench, start + time))?;
    let subject =
        Subject { work: "J2", variant: "good requests".to_owned(), people: size, connections: CONNECTIONS };
    bench.add(subject, vec![good]);
    bench.value("J2", "resident memory, at most", size, mebibytes(process.peak_memory()?), "MiB");
    bench.value("J2", "resident memory, slope", size, usage.slope_of_memory(), "MiB/h");
    usage.report(bench, "J2", size);
    Ok(())
}

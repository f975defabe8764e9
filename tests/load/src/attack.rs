//! J1: good requests beside an attack. A thousand connections drip the head of a request, wrong tokens arrive 200 times a
//! second from the address that the good requests come from, and bodies of 10 MB with the token of another connection.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::attackers::{self, BODIES, GUESSING};
use crate::bench::Bench;
use crate::clients::{PER_SECOND, usual_load};
use crate::report::Subject;
use crate::single::Single;
use crate::statistics::mebibytes;
use crate::{first_sync, resource_usage};

/// The connections of the good requests: each sends one in a second.
const GOOD: usize = 25;

/// Measures it for a minute, or for the time of `--seconds`. A good request that is not answered rightly fails the run, and
/// so does a wrong token or a large body that is not refused.
pub(crate) async fn measure(bench: &Bench, size: usize) -> Result<()> {
    let default = match (bench.options.smoke, bench.options.quick) {
        (true, _) => 4.0,
        (_, true) => 20.0,
        _ => 60.0,
    };
    let time = Duration::from_secs_f64(bench.options.seconds.unwrap_or(default));
    let slow = if bench.options.smoke { 100 } else { 1_000 };
    let server = bench.server.as_ref().context("there is no server of ours")?;
    let process = bench.process().context("there is no process of ours")?;
    let (_, other) = server.connect("Other").await?;
    raise_open_files()?;
    process.reset_peak()?;
    // The attack has begun when the first good request is due, and ends with the last one.
    let start = Instant::now() + Duration::from_secs(1);
    let attack = attackers::run(&bench.target, &other, slow, start + time);
    let load = usual_load(bench, GOOD, PER_SECOND, start, time);
    let usage = resource_usage::watch(bench, start + time);
    let (good, seen, usage) = tokio::try_join!(load, attack, usage)?;
    ensure!(seen.refused_bodies > 0, "no large body was answered");
    let subject = |variant: &str, connections| Subject {
        work: "J1",
        variant: variant.to_owned(),
        people: size,
        connections,
    };
    bench.add(subject("good requests", GOOD), vec![good]);
    bench.add(subject("wrong tokens", GUESSING), vec![seen.guesses]);
    bench.add(subject("bodies of 10 MB", BODIES), vec![seen.bodies]);
    bench.value("J1", "resident memory, at most", size, mebibytes(process.peak_memory()?), "MiB");
    bench.value("J1", "a slow connection is open at most", size, seen.longest.as_secs_f64(), "s");
    usage.report(bench, "J1", size);
    let total = first_sync::total(bench, Single::open(&bench.target).await?).await;
    bench.add(subject("total afterwards", 1), vec![total]);
    Ok(())
}

/// The connections are more than the files that a process may have open where the limit was never raised.
fn raise_open_files() -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

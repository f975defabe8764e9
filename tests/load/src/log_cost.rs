//! What a row of the request log costs, without an option that turns the log off: of the alike look-ups of one connection, a
//! thousand in a minute are rows, and those that follow are only counted. Many connections read one person each: all of them a
//! thousand times, and then a thousand times again. The difference in processor time is that of the rows.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection as Database, OpenFlags};
use tokio::time::sleep;

use crate::bench::Bench;
use crate::foundational::Foundational;
use crate::http::{Connection, Target};
use crate::measure::{Limit, Sample, measure as run};
use crate::options::Options;
use crate::people::SharedPeople;
use crate::report::Subject;
use crate::statistics::{float, median};
use crate::work::create::{create, created};
use crate::work::each;
use crate::work::read::{Keys, Read};

/// How many alike look-ups of a connection are rows in a minute.
const ROWS: usize = 1_000;

/// How many connections have people to read. Both readings of all of them end within the minute.
const SOURCES: u32 = 50;

/// How many HTTP connections read at once.
const PARALLEL: usize = 16;

/// A connection with one person.
struct Source {
    target: Rc<Target>,
    people: SharedPeople,
}

/// What the server used, and the newest row of its log, once nothing waits to be written.
#[derive(Clone, Copy)]
struct Used {
    cpu: Duration,
    rows: usize,
}

/// Measures it on a data folder without people.
pub(crate) async fn measure(bench: &Bench, size: usize) -> Result<()> {
    let server = bench.server.as_ref().context("there is no server of ours")?;
    let count = match bench.options {
        Options { smoke: true, .. } => 1,
        Options { quick: true, .. } => SOURCES / 2,
        _ => SOURCES,
    };
    let (mut recorded, mut counted, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for round in (0..).take(bench.options.rounds()) {
        let mut sources = Vec::new();
        for number in round * count..(round + 1) * count {
            sources.push(source(server, number).await?);
        }
        let before = settled(server).await?;
        let mut first = read(&sources).await?;
        let between = settled(server).await?;
        let mut second = read(&sources).await?;
        let after = settled(server).await?;
        costs.extend(cost(before, between, after));
        first.cpu = Some(between.cpu.saturating_sub(before.cpu));
        second.cpu = Some(after.cpu.saturating_sub(between.cpu));
        recorded.push(first);
        counted.push(second);
    }
    let subject = |variant: &str| Subject {
        work: "log",
        variant: variant.to_owned(),
        people: size,
        connections: PARALLEL,
    };
    bench.add(subject("read, a row each"), recorded);
    bench.add(subject("read, only counted"), counted);
    if costs.is_empty() {
        let reason =
            "the CPU of a row of the request log: the first look-ups were no more rows than the next ones";
        bench.report.borrow_mut().left_out.push(reason.to_owned());
    } else {
        bench.value("log", "CPU of a row", size, median(&costs), "us");
    }
    Ok(())
}

/// A new connection with the person of this number.
async fn source(server: &Foundational, number: u32) -> Result<Source> {
    let (_, target) = server.connect(&format!("Log {number}")).await?;
    let people = SharedPeople::default();
    let answer = Connection::open(&target).await?.send(&create(number)).await?;
    created(&people, number, &answer)?;
    Ok(Source { target, people })
}

/// Reads the person of each connection as often as there is a row for it in a minute.
async fn read(sources: &[Source]) -> Result<Sample> {
    let limit = Limit { time: Duration::from_mins(1), requests: ROWS };
    let mut samples = Vec::new();
    for Source { target, people } in sources {
        let works = each(PARALLEL, |_| Read::new(Rc::clone(people), Keys::Uniform));
        samples.push(run(target, None, works, limit).await?);
    }
    Ok(Sample::joined(samples))
}

/// Waits until the log is written, half a minute at most.
async fn settled(server: &Foundational) -> Result<Used> {
    let process = server.process().context("the server does not run")?;
    let log = server.data().join("activity.db");
    let end = Instant::now() + Duration::from_secs(30);
    let mut rows = newest_row(&log)?;
    loop {
        // Longer than the log waits for more rows.
        sleep(Duration::from_millis(300)).await;
        let now = newest_row(&log)?;
        if now == rows {
            return Ok(Used { cpu: process.cpu_when_idle().await?, rows });
        }
        ensure!(Instant::now() < end, "the request log is written without an end");
        rows = now;
    }
}

/// The number of the newest row: rows are numbered in the order of recording.
fn newest_row(log: &Path) -> Result<usize> {
    let database = Database::open_with_flags(log, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let rows: u32 = database.query_row("SELECT coalesce(max(seq), 0) FROM activity", [], |row| row.get(0))?;
    Ok(rows as usize)
}

/// The processor time of a row in microseconds; `None` if the first reading did not add more rows than the second.
fn cost(before: Used, between: Used, after: Used) -> Option<f64> {
    let first = between.rows.saturating_sub(before.rows);
    let rows = first.checked_sub(after.rows.saturating_sub(between.rows)).filter(|rows| *rows > 0)?;
    let with = between.cpu.saturating_sub(before.cpu);
    let without = after.cpu.saturating_sub(between.cpu);
    Some((with.as_secs_f64() - without.as_secs_f64()) * 1e6 / float(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_row_is_the_difference_of_the_runs_with_and_without_rows() {
        let used = |milliseconds, rows| Used { cpu: Duration::from_millis(milliseconds), rows };
        let found = cost(used(100, 10), used(1_000, 50_010), used(1_600, 50_010)).unwrap();
        assert!((found - 6.0).abs() < 1e-9, "300 ms more for 50,000 rows, and not {found} us");
        let found = cost(used(0, 0), used(90, 9_000), used(140, 10_000)).unwrap();
        assert!((found - 5.0).abs() < 1e-9, "40 ms more for 8,000 rows more, and not {found} us");
        let found = cost(used(0, 0), used(50, 100), used(110, 100)).unwrap();
        assert!(found < 0.0, "noise is shown as it is");
        assert!(cost(used(0, 0), used(9, 100), used(18, 200)).is_none(), "no more rows than without");
    }
}

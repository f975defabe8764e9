//! The usual load of identity providers: many connections, few requests, while a backup is made and the retention runs.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};
use tokio::task::{JoinSet, LocalSet};

use crate::bench::Bench;
use crate::http::{Connection as HttpConnection, Target};
use crate::measure::{Sample, Work};
use crate::people::SharedPeople;
use crate::report::Subject;
use crate::statistics::float;
use crate::work::create::Create;
use crate::work::lookup::{Lookup, Miss};
use crate::work::read::{Keys, Read};
use crate::work::shares;
use crate::work::update::{Form, Update, Updated};

const CONNECTIONS: usize = 200;

/// Requests per second of all connections together: the rate that Microsoft Entra ID requires of a server.
pub(crate) const PER_SECOND: u32 = 25;

/// Measures it for a minute. The server is started first, which begins the retention at once: there are people and
/// history in the folder that are older than they are retained.
pub(crate) async fn measure(bench: &mut Bench, size: usize) -> Result<()> {
    let time = Duration::from_secs(if bench.options.smoke { 2 } else { 60 });
    let server = bench.server.as_mut().context("there is no server of ours")?;
    server.stop().await?;
    bench.cores.use_all()?;
    let old = if bench.options.smoke { 20 } else { 10_000 };
    crate::fill::add_expired(&server.data(), &server.connection, old).await?;
    bench.cores.generate()?;
    let expired = expired_people(&server.data())?;
    server.start().await?;
    let start = Instant::now() + Duration::from_millis(200);
    let backup = async {
        tokio::time::sleep_until((start + time / 6).into()).await;
        let began = Instant::now();
        let server = bench.server.as_ref().context("there is no server of ours")?;
        server.command(&["backup"]).await?;
        anyhow::Ok(began.elapsed())
    };
    let (sample, backup) = tokio::try_join!(usual_load(bench, CONNECTIONS, PER_SECOND, start, time), backup)?;
    let variant = format!("{CONNECTIONS} clients, backup");
    bench.add(Subject { work: "IdP", variant, people: size, connections: CONNECTIONS }, vec![sample]);
    bench.value("IdP", "backup in that time", size, backup.as_secs_f64(), "s");
    let server = bench.server.as_ref().context("there is no server of ours")?;
    let removed = expired.saturating_sub(expired_people(&server.data())?);
    bench.value("IdP", "retention: people removed", size, float(removed), "people");
    Ok(())
}

/// Sends what identity providers usually send, so much in a second over this many connections, from `start` on and for this time, until
/// all of it is answered.
pub(crate) async fn usual_load(
    bench: &Bench,
    connections: usize,
    per_second: u32,
    start: Instant,
    time: Duration,
) -> Result<Sample> {
    let numbers = bench.people.borrow().shuffled();
    let works: Vec<Vec<Box<dyn Work>>> = shares(&numbers, connections)
        .into_iter()
        .map(|share| works(&bench.people, share.as_slice()))
        .collect();
    let every = Duration::from_secs(u64::try_from(connections)?) / per_second;
    let tasks = LocalSet::new();
    let mut parts = JoinSet::new();
    for (at, works) in (0u32..).zip(works) {
        let first = start + Duration::from_secs(1) * at / per_second;
        parts.spawn_local_on(run(Rc::clone(&bench.target), works, first, every, start + time), &tasks);
    }
    let answers = tasks.run_until(async {
        let mut samples = Vec::new();
        while let Some(part) = parts.join_next().await {
            samples.push(part??);
        }
        anyhow::Ok(samples)
    });
    let mut sample = Sample::joined(answers.await?);
    sample.elapsed = time;
    Ok(sample)
}

/// How many deleted people are longer in the folder than they are retained.
fn expired_people(data: &Path) -> Result<usize> {
    let connection =
        Connection::open_with_flags(data.join("foundational.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = "SELECT count(*) FROM person WHERE deleted_at < (unixepoch() - 30 * 86400) * 1000";
    let count: u32 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(count as usize)
}

/// What one connection sends, in this order.
fn works(people: &SharedPeople, numbers: &[u32]) -> Vec<Box<dyn Work>> {
    let lookup = |keys| Box::new(Lookup::new(Rc::clone(people), keys));
    // Only people that no other connection changes at the same moment.
    let own = || Keys::Of(numbers.to_vec());
    vec![
        lookup(own()),
        Box::new(Update::new(Rc::clone(people), Form::AzureActive, numbers.to_vec(), Updated::default())),
        Box::new(Miss),
        Box::new(Create::new(Rc::clone(people))),
        Box::new(Read::new(Rc::clone(people), own())),
        Box::new(Update::new(Rc::clone(people), Form::Replace, numbers.to_vec(), Updated::default())),
    ]
}

/// Sends each request when it is due, the first one on a new connection; its time counts from then on, so that waiting for a late
/// answer is measured too.
async fn run(
    target: Rc<Target>,
    mut works: Vec<Box<dyn Work>>,
    first: Instant,
    every: Duration,
    end: Instant,
) -> Result<Sample> {
    // A connection that waits for its first request is the first to be displaced where there are too many.
    tokio::time::sleep_until(first.into()).await;
    let mut connection = HttpConnection::open(&target).await?;
    let (mut sample, mut due, count) = (Sample::default(), first, works.len());
    for at in 0.. {
        if due >= end {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        let work = works.get_mut(at % count).context("no work")?;
        if let Some(request) = work.next() {
            let answer = connection.send(&request).await;
            sample.times.push(due.elapsed());
            sample.count(&request, answer.and_then(|answer| work.check(&answer)));
        }
        due += every;
    }
    Ok(sample)
}

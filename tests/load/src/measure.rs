//! A measurement: connections that send one request after the other, each answer verified.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

use crate::http::{Answer, Connection, Request, Target};
use crate::process::{Process, own_cpu};
use crate::statistics::float;

/// What one connection sends.
pub(crate) trait Work {
    /// The next request; `None` ends this connection's part.
    fn next(&mut self) -> Option<Request>;

    /// Verifies the answer to that request.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&mut self, answer: &Answer) -> Result<()>;
}

/// When a measurement ends, unless its work ends before.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub time: Duration,
    /// The most requests of all connections together.
    pub requests: usize,
}

impl Limit {
    /// Until the work ends.
    pub(crate) const WORK: Self = Self { time: Duration::from_hours(1), requests: usize::MAX };
}

/// What was measured.
#[derive(Default)]
pub(crate) struct Sample {
    /// From the request to the end of its answer, sorted.
    pub times: Vec<Duration>,
    /// How many answers were wrong.
    pub wrong: usize,
    /// What was wrong with the first of them.
    pub first_wrong: Option<String>,
    pub elapsed: Duration,
    /// The server's processor time for all of it, work after the answers included.
    pub cpu: Option<Duration>,
    /// Which part of its core the generator used. Near 1 the generator is measured, and not the server.
    pub generator: f64,
}

impl Sample {
    /// Answers per second.
    pub(crate) fn rate(&self) -> f64 {
        float(self.times.len()) / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Counts an answer that is wrong.
    pub(crate) fn count(&mut self, request: &Request, verdict: Result<()>) {
        if let Err(error) = verdict {
            self.wrong += 1;
            let Request { method, path, .. } = request;
            self.first_wrong.get_or_insert_with(|| format!("{method} {path}: {error:#}"));
        }
    }

    /// Several samples, one after the other.
    pub(crate) fn joined(samples: Vec<Self>) -> Self {
        let mut all = Self::default();
        for sample in samples {
            all.append(sample);
        }
        all
    }

    /// Adds what was measured afterwards.
    pub(crate) fn append(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.generator = self.generator.max(other.generator);
        self.cpu = self.cpu.map(|cpu| cpu + other.cpu.unwrap_or_default());
        self.add(other);
        self.times.sort_unstable();
    }

    /// Adds what another connection measured in the same time.
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.wrong += other.wrong;
        self.first_wrong = self.first_wrong.take().or(other.first_wrong);
    }
}

/// Runs each work on a connection of its own, all at once, on this thread.
///
/// # Errors
/// A connection cannot be opened. Answers that are wrong, and those that do not come, are counted.
pub(crate) async fn measure(
    target: &Rc<Target>,
    process: Option<&Process>,
    works: Vec<Box<dyn Work>>,
    limit: Limit,
) -> Result<Sample> {
    let mut ready = Vec::new();
    for work in works {
        ready.push((Connection::open(target).await?, work));
    }
    let cpu_before = process.map(Process::cpu).transpose()?;
    let own_before = own_cpu();
    let left = Rc::new(Cell::new(limit.requests));
    let start = Instant::now();
    let end = start + limit.time;
    let mut sample = Sample::default();
    let tasks = tokio::task::LocalSet::new();
    let mut parts = JoinSet::new();
    for (connection, work) in ready {
        parts.spawn_local_on(run(connection, work, end, Rc::clone(&left)), &tasks);
    }
    tasks
        .run_until(async {
            while let Some(part) = parts.join_next().await {
                sample.add(part?);
            }
            anyhow::Ok(())
        })
        .await?;
    sample.elapsed = start.elapsed();
    sample.generator =
        own_cpu().saturating_sub(own_before).as_secs_f64() / sample.elapsed.as_secs_f64().max(1e-9);
    if let (Some(process), Some(before)) = (process, cpu_before) {
        sample.cpu = Some(process.cpu_when_idle().await?.saturating_sub(before));
    }
    sample.times.sort_unstable();
    Ok(sample)
}

async fn run(
    mut connection: Connection,
    mut work: Box<dyn Work>,
    end: Instant,
    left: Rc<Cell<usize>>,
) -> Sample {
    let mut sample = Sample::default();
    while left.get() > 0 {
        let Some(request) = work.next() else { break };
        left.set(left.get() - 1);
        let began = Instant::now();
        let answer = connection.send(&request).await;
        let now = Instant::now();
        sample.times.push(now - began);
        sample.count(&request, answer.and_then(|answer| work.check(&answer)));
        if now >= end {
            break;
        }
    }
    sample
}

//! One connection that sends what a measurement decides step by step: some requests are measured, others prepare them or
//! show what they did.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::http::{Answer, Connection, Request, Target};
use crate::measure::Sample;

/// The connection, and what was measured with it.
pub(crate) struct Single {
    connection: Connection,
    sample: Sample,
}

impl Single {
    /// Connects.
    pub(crate) async fn open(target: &Rc<Target>) -> Result<Self> {
        Ok(Self { connection: Connection::open(target).await?, sample: Sample::default() })
    }

    /// Sends a request that is measured, and verifies its answer. What is wrong is counted.
    pub(crate) async fn timed(&mut self, request: &Request, check: impl FnOnce(&Answer) -> Result<()>) {
        let began = Instant::now();
        let answer = self.connection.send(request).await;
        let time = began.elapsed();
        self.sample.times.push(time);
        self.sample.elapsed += time;
        self.sample.count(request, answer.and_then(|answer| check(&answer)));
    }

    /// Sends a request that is not measured, and verifies its answer. What is wrong is counted too.
    pub(crate) async fn untimed(&mut self, request: &Request, check: impl FnOnce(&Answer) -> Result<()>) {
        let answer = self.connection.send(request).await;
        self.sample.count(request, answer.and_then(|answer| check(&answer)));
    }

    /// What was measured since the last call.
    pub(crate) fn take(&mut self) -> Sample {
        let mut sample = std::mem::take(&mut self.sample);
        sample.times.sort_unstable();
        sample
    }

    /// Leaves out how long it took so far; what was wrong is counted with what follows.
    pub(crate) fn forget_times(&mut self) {
        self.sample.times.clear();
        self.sample.elapsed = Duration::ZERO;
    }
}

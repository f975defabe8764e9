//! The figures of a run.

use std::time::Duration;

use serde::Serialize;

use crate::measure::Sample;
use crate::statistics::{median, micros, percentile, spread};

/// The results of a run.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// On what it was measured.
    pub setting: Vec<(String, String)>,
    pub figures: Vec<Figure>,
    pub values: Vec<Quantity>,
    /// What was not measured, and why.
    pub left_out: Vec<String>,
    /// With `--peers`.
    pub comparison: Option<Comparison>,
}

/// The server of this run beside others.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    /// How many people each server has at the beginning.
    pub people: usize,
    /// Ours is the first one.
    pub servers: Vec<Compared>,
}

/// What one server of a comparison did.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    /// With its version.
    pub name: String,
    pub figures: Vec<Figure>,
    /// Why figures are missing, and what else is to be known about it.
    pub remarks: Vec<String>,
}

/// What a rate measures: the work, its variant, and the numbers of people and connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Subject {
    /// `W2`, `L1`.
    pub work: &'static str,
    /// `uniform`, `read before`.
    pub variant: String,
    pub people: usize,
    /// Connections; for L2 the rows of one commit.
    pub connections: usize,
}

/// How fast one kind of work is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    #[serde(flatten)]
    pub subject: Subject,
    pub requests: usize,
    pub wrong: usize,
    pub first_wrong: Option<String>,
    /// Answers per second: the median of the rounds.
    pub rate: f64,
    /// How far the rounds are apart, as a part of the median.
    pub spread: f64,
    /// In microseconds, of all rounds.
    pub p50: f64,
    /// In microseconds, of all rounds.
    pub p99: f64,
    /// In microseconds, of all rounds.
    pub worst: f64,
    /// The server's processor time of one request, in microseconds.
    pub cpu: Option<f64>,
    /// Which part of its core the generator used.
    pub generator: f64,
    /// The limit that it is compared with, and which part of that was reached.
    pub share: Option<(String, f64)>,
}

/// A figure that is no rate.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Quantity {
    pub work: &'static str,
    pub name: String,
    pub people: usize,
    pub value: f64,
    pub unit: &'static str,
}

impl Figure {
    /// The figure of several rounds.
    pub(crate) fn of(subject: Subject, rounds: Vec<Sample>) -> Self {
        let rates: Vec<f64> = rounds.iter().map(Sample::rate).collect();
        let mut times: Vec<Duration> = rounds.iter().flat_map(|round| round.times.iter().copied()).collect();
        times.sort_unstable();
        let cpu: Option<Duration> = rounds.iter().map(|round| round.cpu).sum();
        let count = u32::try_from(times.len()).unwrap_or(u32::MAX).max(1);
        Self {
            subject,
            requests: times.len(),
            wrong: rounds.iter().map(|round| round.wrong).sum(),
            rate: median(&rates),
            spread: spread(&rates),
            p50: micros(percentile(&times, 50)),
            p99: micros(percentile(&times, 99)),
            worst: micros(times.last().copied().unwrap_or_default()),
            cpu: cpu.map(|cpu| micros(cpu) / f64::from(count)),
            generator: rounds.iter().map(|round| round.generator).fold(0.0, f64::max),
            share: None,
            first_wrong: rounds.into_iter().find_map(|round| round.first_wrong),
        }
    }
}

impl Report {
    /// The figure of this subject.
    pub(crate) fn figure(
        &self,
        work: &str,
        variant: &str,
        people: usize,
        connections: usize,
    ) -> Option<&Figure> {
        self.figures.iter().rev().find(|figure| {
            let Subject { work: w, variant: v, people: p, connections: c } = &figure.subject;
            *w == work && v == variant && *p == people && *c == connections
        })
    }

    /// How many answers were wrong, those of other servers aside.
    pub(crate) fn wrong(&self) -> usize {
        let ours = self.comparison.iter().filter_map(|comparison| comparison.servers.first());
        let compared = ours.flat_map(|server| &server.figures);
        self.figures.iter().chain(compared).map(|figure| figure.wrong).sum()
    }
}

//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::measure::Limit;

/// Where the documents of this repository are.
const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// Measures Foundational, or any SCIM server, with verified answers.
#[derive(Parser, Clone, Debug)]
#[command(name = "bench", max_term_width = 100)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Options {
    /// Ends within three minutes: 10,000 people, one round
    #[arg(long)]
    pub quick: bool,
    /// Every workload once for each of two sizes, with a few people and requests: a test of this program
    #[arg(long, conflicts_with = "quick")]
    pub smoke: bool,
    /// How the server grows: 1,000, 10,000 and 100,000 people, groups of 100 to 100,000 members; writes docs/performance.md
    #[arg(long, conflicts_with_all = ["quick", "smoke", "people", "against"])]
    pub curves: bool,
    /// Afterwards installs other SCIM servers beside the data folders, and measures them and this one with up to 1,000 people
    #[arg(long, conflicts_with = "against")]
    pub peers: bool,
    /// How many people there are, instead of the sizes of the full run
    #[arg(long, value_name = "N")]
    pub people: Option<usize>,
    /// Only these workloads, for example W2,W3
    #[arg(long, value_delimiter = ',', value_name = "W..")]
    pub only: Vec<String>,
    /// Writes the figures as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes performance.md and its curves, into docs of this repository unless another folder is given
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = DOCS)]
    pub write_docs: Option<PathBuf>,
    /// Measures the SCIM server with this base URL instead of a Foundational of its own
    #[arg(long, value_name = "URL", requires = "token")]
    pub against: Option<String>,
    /// The bearer token for --against
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// The program that is measured [default: `foundational` beside this program]
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Where data folders are made; it must be on the disk that is measured [default: target/bench]
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// How long each round of a rate lasts, and J1 and J2 as a whole, in seconds
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<f64>,
    /// How many rounds there are of each rate; the median counts
    #[arg(long, value_name = "N")]
    pub rounds: Option<usize>,
    /// Serves the fixed answer of L1; started by this program itself
    #[arg(long, hide = true, value_name = "ADDRESS")]
    pub fixed_answer: Option<SocketAddr>,
}

impl Options {
    /// The numbers of people to measure with, in ascending order.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        match self.people {
            Some(people) => vec![people],
            None if self.smoke => vec![150, 250],
            None if self.curves => vec![1_000, 10_000, 100_000],
            None if self.against.is_some() => vec![1_000],
            None if self.quick => vec![10_000],
            None => vec![1_000, 10_000, 100_000, 1_000_000],
        }
    }

    /// The folder in which the page of the figures is written, if it is.
    pub(crate) fn page_folder(&self) -> Option<PathBuf> {
        self.write_docs.clone().or_else(|| self.curves.then(|| PathBuf::from(DOCS)))
    }

    /// The bounds of one round of a rate.
    pub(crate) fn limit(&self) -> Limit {
        let seconds = self.seconds.unwrap_or(if self.quick { 1.0 } else { 2.0 });
        let requests = if self.smoke { 24 } else { usize::MAX };
        Limit { time: Duration::from_secs_f64(seconds), requests }
    }

    /// How many rounds there are of each rate.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick || self.smoke { 1 } else { 3 })
    }

    /// Whether a workload is wanted.
    pub(crate) fn wants(&self, work: &str) -> bool {
        self.only.is_empty() || self.names(work)
    }

    /// Whether a workload is named, without which one that takes long is no part of a run.
    pub(crate) fn names(&self, work: &str) -> bool {
        self.only.iter().any(|one| one.eq_ignore_ascii_case(work))
    }
}

//! What all measurements of a run share.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::foundational::Foundational;
use crate::http::{Connection, Target};
use crate::limits::http::FixedAnswer;
use crate::measure::{Limit, Sample, Work, measure};
use crate::options::Options;
use crate::people::SharedPeople;
use crate::process::Process;
use crate::report::{Figure, Quantity, Report, Subject};
use crate::table;
use crate::work::create::{create, created};

/// The server, the people in it and the figures so far.
pub(crate) struct Bench {
    pub options: Options,
    pub cores: Cores,
    pub target: Rc<Target>,
    /// The server of this run, unless another one is measured.
    pub server: Option<Foundational>,
    pub fixed: Rc<FixedAnswer>,
    pub people: SharedPeople,
    pub report: RefCell<Report>,
}

/// Whose processor time counts.
#[derive(Clone, Copy)]
pub(crate) enum Measured {
    Server,
    FixedAnswer,
}

impl Bench {
    /// The same run with another server: it has no people yet, nothing is known about its process, and its figures are in a
    /// report of its own.
    pub(crate) fn against(&self, target: Rc<Target>) -> Self {
        Self {
            options: self.options.clone(),
            cores: self.cores,
            target,
            server: None,
            fixed: Rc::clone(&self.fixed),
            people: Rc::default(),
            report: RefCell::default(),
        }
    }

    /// How many people there are.
    pub(crate) fn count(&self) -> usize {
        self.people.borrow().count()
    }

    /// The server's process, where it is ours.
    pub(crate) fn process(&self) -> Option<&Process> {
        self.server.as_ref().and_then(Foundational::process)
    }

    /// Measures a rate in rounds, shows it and adds it to the report. `size` is the number of people by which the figure
    /// is found; creates may have added some.
    pub(crate) async fn rate(
        &self,
        measured: Measured,
        subject: Subject,
        limit: Limit,
        mut works: impl FnMut() -> Vec<Box<dyn Work>>,
    ) -> Result<()> {
        let (target, process) = match measured {
            Measured::Server => (&self.target, self.process()),
            Measured::FixedAnswer => (&self.fixed.target, Some(&self.fixed.process)),
        };
        let mut rounds = Vec::new();
        for _ in 0..self.options.rounds() {
            rounds.push(measure(target, process, works(), limit).await?);
        }
        self.add(subject, rounds);
        Ok(())
    }

    /// Shows a rate and adds it to the report.
    pub(crate) fn add(&self, subject: Subject, rounds: Vec<Sample>) {
        let mut figure = Figure::of(subject, rounds);
        let mut report = self.report.borrow_mut();
        figure.share = crate::ratios::share(&report, &figure);
        table::figure(&figure);
        report.figures.push(figure);
    }

    /// Shows another figure and adds it to the report.
    pub(crate) fn value(
        &self,
        work: &'static str,
        name: &str,
        people: usize,
        value: f64,
        unit: &'static str,
    ) {
        let quantity = Quantity { work, name: name.to_owned(), people, value, unit };
        table::quantity(&quantity);
        self.report.borrow_mut().values.push(quantity);
    }

    /// The result of a workload that could not be finished: an error if the server is ours, otherwise an entry under
    /// what was not measured.
    pub(crate) fn completed(&self, work: &str, done: Result<()>) -> Result<()> {
        match done {
            Err(error) if self.server.is_none() => {
                self.report.borrow_mut().left_out.push(format!("the rest of {work}: {error:#}"));
                Ok(())
            }
            done => done,
        }
    }

    /// Creates one person outside of any measurement, and returns its number.
    pub(crate) async fn create_one(&self) -> Result<u32> {
        let number = self.people.borrow_mut().new_number();
        let answer = Connection::open(&self.target).await?.send(&create(number)).await?;
        created(&self.people, number, &answer).context("a person cannot be created")?;
        Ok(number)
    }
}

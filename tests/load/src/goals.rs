//! The goals, and which of them the run reached.

use std::fs;
use std::path::Path;

use crate::report::{Quantity, Report};

/// What of a run is compared with the bound: of which work, and of which variant and number of connections or value.
#[derive(Clone, Copy)]
enum Measured {
    /// Which part of its limit was reached, in percent.
    Share(&'static str, &'static str, usize),
    /// The server's processor time of one request.
    Cpu(&'static str, &'static str, usize),
    /// With one connection.
    P50(&'static str, &'static str),
    P99(&'static str, &'static str, usize),
    /// p99 over p50 of uniform keys with 16 connections.
    Tail(&'static str),
    Value(&'static str, &'static str),
    /// With 1,000,000 people.
    ValueOfMillion(&'static str, &'static str),
    /// It is measured with one number of people only.
    Anywhere(&'static str, &'static str),
}

impl Measured {
    /// What it was in a run with this number of people, if the run measured it.
    fn of(self, report: &Report, people: usize) -> Option<f64> {
        Some(match self {
            Self::Share(work, variant, connections) => {
                report.figure(work, variant, people, connections)?.share.as_ref()?.1 * 100.0
            }
            Self::Cpu(work, variant, connections) => report.figure(work, variant, people, connections)?.cpu?,
            Self::P50(work, variant) => report.figure(work, variant, people, 1)?.p50,
            Self::P99(work, variant, connections) => report.figure(work, variant, people, connections)?.p99,
            Self::Tail(work) => {
                let figure = report.figure(work, "uniform", people, 16)?;
                figure.p99 / figure.p50.max(1e-9)
            }
            Self::Value(work, name) => value(report, work, name, Some(people))?,
            Self::ValueOfMillion(work, name) => value(report, work, name, Some(1_000_000))?,
            Self::Anywhere(work, name) => value(report, work, name, None)?,
        })
    }
}

/// A goal, at [`PEOPLE`] unless it names another number.
pub(crate) struct Goal {
    /// Its name, and that of the file with the reason why it is missed.
    pub name: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    pub bound: Bound,
    measured: Measured,
}

/// The bound of a goal.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// The outcome of a goal.
pub(crate) struct Outcome {
    pub measured: f64,
    pub is_reached: bool,
    /// By which part of the goal it is missed.
    pub missed_by: f64,
}

/// The number of people that the goals are for.
pub(crate) const PEOPLE: usize = 100_000;

/// The number of people by which a run is compared with the goals: the most that it had of up to [`PEOPLE`], or else
/// the fewest.
pub(crate) fn people(report: &Report) -> usize {
    let sizes = || report.figures.iter().map(|figure| figure.subject.people);
    let most = sizes().filter(|people| *people <= PEOPLE).max();
    most.or_else(|| sizes().min()).unwrap_or_default()
}

const fn goal(
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    bound: Bound,
    measured: Measured,
) -> Goal {
    Goal { name, what, unit, bound, measured }
}

/// All goals of the plan that this program measures.
pub(crate) const GOALS: [Goal; 35] = {
    use Bound::{AtLeast, AtMost};
    use Measured::{Anywhere, Cpu, P50, P99, Share, Tail, Value, ValueOfMillion};
    [
        goal("W2-rate", "W2 look-up, 16 connections, of L1", "%", AtLeast(33.0), Share("W2", "uniform", 16)),
        goal("W2-cpu", "W2 CPU of one request", "us", AtMost(30.0), Cpu("W2", "uniform", 16)),
        goal("W2-tail", "W2 p99 over p50, 16 connections", "times", AtMost(5.0), Tail("W2")),
        goal("W2-one", "W2 p50, one connection", "us", AtMost(130.0), P50("W2", "uniform")),
        goal("W3-rate", "W3 read one, 16 connections, of L1", "%", AtLeast(33.0), Share("W3", "uniform", 16)),
        goal("W3-cpu", "W3 CPU of one request", "us", AtMost(30.0), Cpu("W3", "uniform", 16)),
        goal("W3-tail", "W3 p99 over p50, 16 connections", "times", AtMost(5.0), Tail("W3")),
        goal("W3-one", "W3 p50, one connection", "us", AtMost(130.0), P50("W3", "uniform")),
        goal(
            "miss-cpu",
            "CPU of the first reading of a person",
            "us",
            AtMost(90.0),
            Cpu("W3", "first reading", 16),
        ),
        goal(
            "W1-rate",
            "W1 create, 64 connections, of L2 (64)",
            "%",
            AtLeast(30.0),
            Share("W1", "create", 64),
        ),
        goal("W1-cpu", "W1 CPU of one create, 64 connections", "us", AtMost(110.0), Cpu("W1", "create", 64)),
        goal("W1-one", "W1 p50, one connection", "us", AtMost(500.0), P50("W1", "create")),
        goal(
            "W4-azure",
            "W4 active, Azure, 16 connections, of L2 updates (16)",
            "%",
            AtLeast(25.0),
            Share("W4", "active, Azure", 16),
        ),
        goal(
            "W4-okta",
            "W4 active, Okta, 16 connections, of L2 updates (16)",
            "%",
            AtLeast(25.0),
            Share("W4", "active, Okta", 16),
        ),
        goal(
            "W5-rate",
            "W5 replace, 16 connections, of L2 updates (16)",
            "%",
            AtLeast(20.0),
            Share("W5", "replace", 16),
        ),
        goal("W6-page", "W6 last page of 100, p50", "us", AtMost(800.0), P50("W6", "last page")),
        goal(
            "W6-worst",
            "W6 slowest of 1,000 random pages, of the median",
            "times",
            AtMost(1.5),
            Value("W6", "random pages: the slowest, of the median"),
        ),
        goal(
            "W6-worst-million",
            "W6 slowest of 1,000 random pages, of the median, with 1,000,000 people",
            "times",
            AtMost(1.5),
            ValueOfMillion("W6", "random pages: the slowest, of the median"),
        ),
        goal(
            "W6-list",
            "W6 list of 250,000 people in pages of 100, by index",
            "s",
            AtMost(10.0),
            Anywhere("W6", "all pages by index, 250000 people"),
        ),
        goal("W7-add", "W7 add one of 10,000 members, p50", "us", AtMost(450.0), P50("W7", "10000: add one")),
        goal(
            "W7-read",
            "W7 read a group with 10,000 members, p50",
            "us",
            AtMost(20_000.0),
            P50("W7", "10000: read with members"),
        ),
        goal(
            "W7-add-100k",
            "W7 add one of 100,000 members, p50",
            "us",
            AtMost(450.0),
            P50("W7", "100000: add one"),
        ),
        goal(
            "W7-read-100k",
            "W7 read a group with 100,000 members, p50",
            "us",
            AtMost(200_000.0),
            P50("W7", "100000: read with members"),
        ),
        goal(
            "W8-rate",
            "W8 first sync, 16 connections",
            "people/s",
            AtLeast(4_000.0),
            Value("W8", "people, 16 connections"),
        ),
        goal(
            "W9-memory",
            "W9 anonymous memory; 64 MiB and the cache of 160 MiB",
            "MiB",
            AtMost(224.0),
            Value("W9", "anonymous memory"),
        ),
        goal(
            "W10-warm",
            "W10 start until the first answer, warm",
            "ms",
            AtMost(150.0),
            Value("W10", "start until the first answer, warm"),
        ),
        goal(
            "W10-cold",
            "W10 the same, cold disk cache",
            "ms",
            AtMost(1_000.0),
            Value("W10", "the same, cold disk cache"),
        ),
        goal(
            "log-row",
            "CPU of a row of the request log",
            "us",
            AtMost(8.0),
            Anywhere("log", "CPU of a row"),
        ),
        goal(
            "IdP-tail",
            "200 clients, 25 requests a second, during a backup: p99",
            "us",
            AtMost(20_000.0),
            P99("IdP", "200 clients, backup", 200),
        ),
        goal(
            "J1-tail",
            "J1 25 good requests a second beside an attack: p99",
            "us",
            AtMost(250_000.0),
            P99("J1", "good requests", 25),
        ),
        goal(
            "J1-memory",
            "J1 resident memory, at most",
            "MiB",
            AtMost(256.0),
            Value("J1", "resident memory, at most"),
        ),
        goal(
            "J1-slow",
            "J1 a slow connection is open at most",
            "s",
            AtMost(11.0),
            Value("J1", "a slow connection is open at most"),
        ),
        goal(
            "J1-growth",
            "J1 resident memory, last quarter over first",
            "MiB",
            AtMost(48.0),
            Value("J1", "resident memory, last quarter over first"),
        ),
        goal(
            "J1-files",
            "J1 open files, last quarter over first",
            "files",
            AtMost(32.0),
            Value("J1", "open files, last quarter over first"),
        ),
        goal(
            "J1-log",
            "J1 write-ahead log, at most",
            "MiB",
            AtMost(64.0),
            Value("J1", "write-ahead log, at most"),
        ),
    ]
};

impl Goal {
    /// The outcome with this number of people, if the run measured it.
    pub(crate) fn outcome(&self, report: &Report, people: usize) -> Option<Outcome> {
        let measured = self.measured.of(report, people)?;
        let missed_by = match self.bound {
            Bound::AtLeast(least) => (least - measured) / least,
            Bound::AtMost(most) => (measured - most) / most,
        };
        Some(Outcome { measured, is_reached: missed_by <= 0.0, missed_by })
    }

    /// Why it is missed: the text file of its name, written by hand.
    pub(crate) fn reason(&self, folder: &Path) -> String {
        fs::read_to_string(folder.join(format!("{}.txt", self.name)))
            .map_or_else(|_absent| String::new(), |text| text.trim().replace('\n', " "))
    }
}

/// The first value of this name, of this number of people or of any.
fn value(report: &Report, work: &str, name: &str, people: Option<usize>) -> Option<f64> {
    let is_meant = |value: &&Quantity| {
        value.work == work && value.name == name && people.is_none_or(|people| value.people == people)
    };
    report.values.iter().find(is_meant).map(|value| value.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Figure, Subject};

    #[test]
    fn a_goal_is_reached_at_its_bound_and_missed_beyond_it() {
        let goal = GOALS.iter().find(|goal| goal.name == "W10-warm").unwrap();
        let outcome = |milliseconds: f64| {
            let name = "start until the first answer, warm".to_owned();
            let value = Quantity { work: "W10", name, people: PEOPLE, value: milliseconds, unit: "ms" };
            goal.outcome(&Report { values: vec![value], ..Report::default() }, PEOPLE).unwrap()
        };
        assert!(outcome(150.0).is_reached, "150 ms are allowed");
        let missed = outcome(225.0);
        assert!(!missed.is_reached, "225 ms are too long");
        assert!((missed.missed_by - 0.5).abs() < 1e-9, "by half of the goal");
        assert!(goal.outcome(&Report::default(), PEOPLE).is_none(), "what was not measured is no outcome");
    }

    #[test]
    fn a_run_is_compared_at_the_number_of_people_of_the_goals_or_the_nearest() {
        let of = |sizes: &[usize]| {
            let figure = |people: &usize| {
                let subject = Subject { work: "W6", variant: String::new(), people: *people, connections: 1 };
                Figure::of(subject, Vec::new())
            };
            people(&Report { figures: sizes.iter().map(figure).collect(), ..Report::default() })
        };
        assert_eq!(of(&[1_000, PEOPLE, 1_000_000]), PEOPLE, "the number that the goals are for");
        assert_eq!(of(&[1_000, 10_000]), 10_000, "the most of fewer");
        assert_eq!(of(&[1_000_000]), 1_000_000, "more, where there are only those");
        assert_eq!(of(&[]), 0, "nothing was measured");
    }

    #[test]
    fn every_goal_has_a_name_of_its_own() {
        let mut names: Vec<&str> = GOALS.iter().map(|goal| goal.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GOALS.len(), "a reason belongs to one goal");
    }
}

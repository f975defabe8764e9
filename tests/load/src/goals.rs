//! The goals, and which of them the run reached.

use std::fs;
use std::path::Path;

use crate::report::Report;

/// The value that is compared with the bound, by the figures of one run.
type Measured = fn(&Report, usize) -> Option<f64>;

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
    [
        goal("W2-rate", "W2 look-up, 16 connections, of L1", "%", AtLeast(33.0), |r, n| {
            share(r, "W2", "uniform", n, 16)
        }),
        goal("W2-cpu", "W2 CPU of one request", "us", AtMost(30.0), |r, n| {
            r.figure("W2", "uniform", n, 16)?.cpu
        }),
        goal("W2-tail", "W2 p99 over p50, 16 connections", "times", AtMost(5.0), |r, n| tail(r, "W2", n)),
        goal("W2-one", "W2 p50, one connection", "us", AtMost(130.0), |r, n| p50(r, "W2", "uniform", n)),
        goal("W3-rate", "W3 read one, 16 connections, of L1", "%", AtLeast(33.0), |r, n| {
            share(r, "W3", "uniform", n, 16)
        }),
        goal("W3-cpu", "W3 CPU of one request", "us", AtMost(30.0), |r, n| {
            r.figure("W3", "uniform", n, 16)?.cpu
        }),
        goal("W3-tail", "W3 p99 over p50, 16 connections", "times", AtMost(5.0), |r, n| tail(r, "W3", n)),
        goal("W3-one", "W3 p50, one connection", "us", AtMost(130.0), |r, n| p50(r, "W3", "uniform", n)),
        goal("miss-cpu", "CPU of the first reading of a person", "us", AtMost(90.0), |r, n| {
            r.figure("W3", "first reading", n, 16)?.cpu
        }),
        goal("W1-rate", "W1 create, 64 connections, of L2 (64)", "%", AtLeast(30.0), |r, n| {
            share(r, "W1", "create", n, 64)
        }),
        goal("W1-cpu", "W1 CPU of one create, 64 connections", "us", AtMost(110.0), |r, n| {
            r.figure("W1", "create", n, 64)?.cpu
        }),
        goal("W1-one", "W1 p50, one connection", "us", AtMost(500.0), |r, n| p50(r, "W1", "create", n)),
        goal(
            "W4-azure",
            "W4 active, Azure, 16 connections, of L2 updates (16)",
            "%",
            AtLeast(25.0),
            |r, n| share(r, "W4", "active, Azure", n, 16),
        ),
        goal("W4-okta", "W4 active, Okta, 16 connections, of L2 updates (16)", "%", AtLeast(25.0), |r, n| {
            share(r, "W4", "active, Okta", n, 16)
        }),
        goal("W5-rate", "W5 replace, 16 connections, of L2 updates (16)", "%", AtLeast(20.0), |r, n| {
            share(r, "W5", "replace", n, 16)
        }),
        goal("W6-page", "W6 last page of 100, p50", "us", AtMost(800.0), |r, n| p50(r, "W6", "last page", n)),
        goal("W6-worst", "W6 slowest of 1,000 random pages, of the median", "times", AtMost(1.5), |r, n| {
            value(r, "W6", "random pages: the slowest, of the median", n)
        }),
        goal(
            "W6-worst-million",
            "W6 slowest of 1,000 random pages, of the median, with 1,000,000 people",
            "times",
            AtMost(1.5),
            |r, _| value(r, "W6", "random pages: the slowest, of the median", 1_000_000),
        ),
        goal("W6-list", "W6 list of 250,000 people in pages of 100, by index", "s", AtMost(10.0), |r, _| {
            anywhere(r, "W6", "all pages by index, 250000 people")
        }),
        goal("W7-add", "W7 add one of 10,000 members, p50", "us", AtMost(450.0), |r, n| {
            p50(r, "W7", "10000: add one", n)
        }),
        goal("W7-read", "W7 read a group with 10,000 members, p50", "us", AtMost(20_000.0), |r, n| {
            p50(r, "W7", "10000: read with members", n)
        }),
        goal("W7-add-100k", "W7 add one of 100,000 members, p50", "us", AtMost(450.0), |r, n| {
            p50(r, "W7", "100000: add one", n)
        }),
        goal("W7-read-100k", "W7 read a group with 100,000 members, p50", "us", AtMost(200_000.0), |r, n| {
            p50(r, "W7", "100000: read with members", n)
        }),
        goal("W8-rate", "W8 first sync, 16 connections", "people/s", AtLeast(4_000.0), |r, n| {
            value(r, "W8", "people, 16 connections", n)
        }),
        goal(
            "W9-memory",
            "W9 anonymous memory; 64 MiB and the cache of 160 MiB",
            "MiB",
            AtMost(224.0),
            |r, n| value(r, "W9", "anonymous memory", n),
        ),
        goal("W10-warm", "W10 start until the first answer, warm", "ms", AtMost(150.0), |r, n| {
            value(r, "W10", "start until the first answer, warm", n)
        }),
        goal("W10-cold", "W10 the same, cold disk cache", "ms", AtMost(1_000.0), |r, n| {
            value(r, "W10", "the same, cold disk cache", n)
        }),
        goal("log-row", "CPU of a row of the request log", "us", AtMost(8.0), |r, _| {
            anywhere(r, "log", "CPU of a row")
        }),
        goal(
            "IdP-tail",
            "200 clients, 25 requests a second, during a backup: p99",
            "us",
            AtMost(20_000.0),
            |r, n| Some(r.figure("IdP", "200 clients, backup", n, 200)?.p99),
        ),
        goal(
            "J1-tail",
            "J1 25 good requests a second beside an attack: p99",
            "us",
            AtMost(250_000.0),
            |r, n| Some(r.figure("J1", "good requests", n, 25)?.p99),
        ),
        goal("J1-memory", "J1 resident memory, at most", "MiB", AtMost(256.0), |r, n| {
            value(r, "J1", "resident memory, at most", n)
        }),
        goal("J1-slow", "J1 a slow connection is open at most", "s", AtMost(11.0), |r, n| {
            value(r, "J1", "a slow connection is open at most", n)
        }),
        goal("J1-growth", "J1 resident memory, last quarter over first", "MiB", AtMost(48.0), |r, n| {
            value(r, "J1", "resident memory, last quarter over first", n)
        }),
        goal("J1-files", "J1 open files, last quarter over first", "files", AtMost(32.0), |r, n| {
            value(r, "J1", "open files, last quarter over first", n)
        }),
        goal("J1-log", "J1 write-ahead log, at most", "MiB", AtMost(64.0), |r, n| {
            value(r, "J1", "write-ahead log, at most", n)
        }),
    ]
};

impl Goal {
    /// The outcome with this number of people, if the run measured it.
    pub(crate) fn outcome(&self, report: &Report, people: usize) -> Option<Outcome> {
        let measured = (self.measured)(report, people)?;
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

fn share(report: &Report, work: &str, variant: &str, people: usize, connections: usize) -> Option<f64> {
    let (_, part) = report.figure(work, variant, people, connections)?.share.as_ref()?;
    Some(part * 100.0)
}

fn tail(report: &Report, work: &str, people: usize) -> Option<f64> {
    let figure = report.figure(work, "uniform", people, 16)?;
    Some(figure.p99 / figure.p50.max(1e-9))
}

fn p50(report: &Report, work: &str, variant: &str, people: usize) -> Option<f64> {
    Some(report.figure(work, variant, people, 1)?.p50)
}

fn value(report: &Report, work: &str, name: &str, people: usize) -> Option<f64> {
    let found =
        report.values.iter().find(|value| value.work == work && value.name == name && value.people == people);
    found.map(|value| value.value)
}

/// A figure that is measured with one number of people only.
fn anywhere(report: &Report, work: &str, name: &str) -> Option<f64> {
    report.values.iter().find(|value| value.work == work && value.name == name).map(|value| value.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Figure, Quantity, Subject};

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

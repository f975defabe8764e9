//! `docs/performance.md`: the figures of one run, written by the program.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::comparison;
use crate::curve::{Line, draw};
use crate::goals::{self, Bound, GOALS, PEOPLE};
use crate::report::{Figure, Report};
use crate::statistics::float;

/// Writes the page into this folder, and its curves into `performance` beside it. What was measured of the goals is shown for
/// [`PEOPLE`], or for the most people of the run where those are fewer, or the fewest where all are more.
pub(crate) fn write(report: &Report, docs: &Path) -> Result<()> {
    let folder = docs.join("performance");
    fs::create_dir_all(&folder)?;
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| setting | |\n| --- | --- |\n");
    for (name, value) in &report.setting {
        _ = writeln!(page, "| {name} | {value} |");
    }
    _ = writeln!(page, "| wrong answers | {} |", report.wrong());
    outcomes(&mut page, report, &folder);
    beside_others(&mut page, report);
    curves(&mut page, report, &folder)?;
    figures(&mut page, report);
    if !report.left_out.is_empty() {
        page.push_str("\n## Not measured in this run\n\n");
        for text in &report.left_out {
            _ = writeln!(page, "- {text}");
        }
    }
    fs::write(docs.join("performance.md"), page)?;
    Ok(())
}

const INTRODUCTION: &str = "\
# Performance

`npm run bench -- --curves` measures and writes this page, `npm run bench -- --write-docs` with 1,000,000 people too; every
figure here is of that one run. The server runs as a release build on one core, durable (WAL, `synchronous=FULL`); the generator
runs on another core and verifies each answer: its status, its id and its values. A wrong answer fails the run. The program is
`tests/load`; `npm run bench -- --help` lists what it can do.

L1 is an axum server with a fixed answer of 1 KB: the most that HTTP allows here. L2 is bare SQLite with the same row and
indexes, with 1, 16 or 64 rows in each commit; L3 is a bare select. CPU is the server's processor time per request, work after
the answer included. Of alike look-ups beyond 1,000 a minute the request log has one row with their number, so W2, W3 and W6
hardly write it. Each number of people has a data folder of its own; W1, W7 and W8 come after the reading and the
updates, so that W7 to W10, IdP and J1 have more people, up to the number under W9. J1 is 25 good requests a second
beside 1,000 connections that drip, 200 wrong tokens a second and bodies of 10 MB; `-- --only J1 --people 1000 --seconds 3600` is
an hour of it. People are filled in through the store's own
writer while the server is stopped. *uniform*: random people of all; *first reading*: each person once, after a start; *read
before*: 2,000 people who were all read just before. *log*: the same reading twice in a minute on a new data folder: at first each
one is a row of the request log, then they are only counted; a row costs the difference in CPU.
";

fn outcomes(page: &mut String, report: &Report, folder: &Path) {
    let people = goals::people(report);
    _ = write!(page, "\n## Goals, with {people} people\n\n");
    if people != PEOPLE {
        let other = if people < PEOPLE { "fewer" } else { "more" };
        _ = write!(page, "The goals are for {PEOPLE} people; this run had {other}.\n\n");
    }
    page.push_str("| goal | bound | measured | |\n| --- | --- | --- | --- |\n");
    for goal in &GOALS {
        let bound = match goal.bound {
            Bound::AtLeast(least) => format!("at least {} {}", number(least), goal.unit),
            Bound::AtMost(most) => format!("at most {} {}", number(most), goal.unit),
        };
        let (measured, verdict) = match goal.outcome(report, people) {
            None => ("not measured".to_owned(), String::new()),
            Some(outcome) if outcome.is_reached => {
                (format!("{} {}", number(outcome.measured), goal.unit), "reached".to_owned())
            }
            Some(outcome) => {
                let missed = format!("missed by {:.0} %", outcome.missed_by * 100.0);
                let verdict = format!("{missed}. {}", goal.reason(folder));
                (format!("{} {}", number(outcome.measured), goal.unit), verdict.trim().to_owned())
            }
        };
        _ = writeln!(page, "| {} | {bound} | {measured} | {verdict} |", goal.what);
    }
}

/// The comparison of `--peers`, if the run had one.
fn beside_others(page: &mut String, report: &Report) {
    let Some(comparison) = &report.comparison else { return };
    page.push_str(BESIDE_OTHERS);
    for line in comparison::lines(comparison) {
        _ = writeln!(page, "{line}");
    }
}

const BESIDE_OTHERS: &str = "
## Beside other servers

`npm run bench -- --peers` installs other SCIM servers in the versions of `tests/load/peers`, starts them as their own documentation
does, one after the other on the server's core, and sends all of them the same requests by the same clients. Answers are
verified as ours are, except the `Location` of a create: where a server sends none, that is under the table. What a server
answered wrong is no rate. *ratio*: how many times as many requests ours answers.

";

fn curves(page: &mut String, report: &Report, folder: &Path) -> Result<()> {
    let rates = [
        ("W2 look-up (16)", "W2", "uniform", 16),
        ("W3 read (16)", "W3", "uniform", 16),
        ("W1 create (64)", "W1", "create", 64),
        ("W4 active, Azure (16)", "W4", "active, Azure", 16),
        ("W5 replace (16)", "W5", "replace", 16),
    ];
    let by_people = |work, variant, connections, value: fn(&Figure) -> f64| {
        points(report, |figure| {
            let subject = &figure.subject;
            let is_it =
                subject.work == work && subject.variant == variant && subject.connections == connections;
            is_it.then(|| (float(subject.people), value(figure)))
        })
    };
    let lines = rates.map(|(name, work, variant, connections)| Line {
        name: name.to_owned(),
        points: by_people(work, variant, connections, |figure| figure.rate),
    });
    let mut all = vec![(
        "rates",
        "Requests per second by people",
        draw("Requests per second", "people", "per s", &lines),
    )];
    let lines = ["first page", "last page", "random, changing"].map(|variant| Line {
        name: variant.to_owned(),
        points: by_people("W6", variant, 1, |figure| figure.p50),
    });
    all.push(("pages", "A page of 100 by people", draw("A page of 100 people, p50", "people", "us", &lines)));
    let lines =
        ["add one", "remove one", "read without members", "read with members", "replace"].map(|what| Line {
            name: what.to_owned(),
            points: points(report, |figure| {
                let (members, variant) = figure.subject.variant.split_once(": ")?;
                let is_it = figure.subject.work == "W7" && variant == what;
                is_it.then_some((members.parse().ok()?, figure.p50))
            }),
        });
    all.push(("members", "A group by its members", draw("A group, p50", "members", "us", &lines)));
    let starts = ["start until the first answer, warm", "the same, cold disk cache"].map(|name| Line {
        name: if name.ends_with("warm") { "warm" } else { "cold disk cache" }.to_owned(),
        points: report
            .values
            .iter()
            .filter(|value| value.name == name)
            .map(|value| (float(value.people), value.value))
            .collect(),
    });
    all.push(("starts", "Start by people", draw("Start until the first answer", "people", "ms", &starts)));
    let mut is_first = true;
    for (name, title, svg) in all {
        let file = PathBuf::from(name).with_extension("svg");
        // A run with one size has no curve; what an earlier run drew is not of this one.
        let Some(svg) = svg else {
            drop(fs::remove_file(folder.join(file)));
            continue;
        };
        fs::write(folder.join(&file), svg)?;
        if std::mem::take(&mut is_first) {
            page.push_str("\n## Growth\n");
        }
        _ = write!(page, "\n![{title}](performance/{})\n", file.display());
    }
    Ok(())
}

/// The points of a line in ascending order; of those with the same number, the last one.
fn points(report: &Report, point: impl Fn(&Figure) -> Option<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = report.figures.iter().rev().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    points
}

fn figures(page: &mut String, report: &Report) {
    page.push_str("\n## Figures\n\n");
    page.push_str("| work | variant | people | connections, or rows of a commit | per s | spread | p50 us | p99 us | worst us | CPU us | compared with |\n");
    page.push_str("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n");
    for figure in &report.figures {
        let Figure { subject, rate, spread, p50, p99, worst, .. } = figure;
        let cpu = figure.cpu.map_or_else(String::new, |cpu| format!("{cpu:.0}"));
        let share = figure.share.as_ref();
        let share = share.map_or_else(String::new, |(of, part)| format!("{:.1} % of {of}", part * 100.0));
        let wrong = if figure.wrong > 0 { format!("; {} WRONG", figure.wrong) } else { String::new() };
        _ = writeln!(
            page,
            "| {} | {} | {} | {} | {rate:.0} | {:.0} % | {p50:.0} | {p99:.0} | {worst:.0} | {cpu} | {share}{wrong} |",
            subject.work,
            subject.variant,
            subject.people,
            subject.connections,
            spread * 100.0,
        );
    }
    page.push_str("\n| work | what | people | |\n| --- | --- | --: | --: |\n");
    for value in &report.values {
        _ = writeln!(
            page,
            "| {} | {} | {} | {} {} |",
            value.work,
            value.name,
            value.people,
            number(value.value),
            value.unit
        );
    }
}

/// Without decimals from 100 on.
fn number(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

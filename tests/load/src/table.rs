//! What the run shows.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use crate::comparison;
use crate::goals::{GOALS, Outcome};
use crate::report::{Figure, Quantity, Report};

/// The head of the table.
pub(crate) fn head() {
    println!(
        "{:<5}{:<22}{:>9}{:>5}{:>11}{:>8}{:>10}{:>10}{:>10}{:>9}{:>6}  compared with",
        "work",
        "variant",
        "people",
        "conn",
        "per s",
        "spread",
        "p50 us",
        "p99 us",
        "worst us",
        "CPU us",
        "gen"
    );
}

/// One rate.
pub(crate) fn figure(figure: &Figure) {
    let Figure { subject, rate, spread, p50, p99, worst, generator, .. } = figure;
    let cpu = figure.cpu.map_or_else(String::new, |cpu| format!("{cpu:.1}"));
    let share = figure.share.as_ref();
    let share = share.map_or_else(String::new, |(of, part)| format!("{:.1} % of {of}", part * 100.0));
    println!(
        "{:<5}{:<22}{:>9}{:>5}{rate:>11.0}{:>7.0}%{p50:>10.0}{p99:>10.0}{worst:>10.0}{cpu:>9}{:>5.0}%  {share}",
        subject.work,
        subject.variant,
        subject.people,
        subject.connections,
        spread * 100.0,
        generator * 100.0,
    );
    if figure.wrong > 0 {
        let first = figure.first_wrong.as_deref().unwrap_or_default();
        println!("     WRONG: {} of {} answers; the first: {first}", figure.wrong, figure.requests);
    }
}

/// One other figure.
pub(crate) fn quantity(quantity: &Quantity) {
    let Quantity { work, name, people, value, unit } = quantity;
    println!("{work:<5}{name:<40}{people:>9} people {value:>12.1} {unit}");
}

/// A note between the figures.
pub(crate) fn note(text: &str) {
    println!("# {text}");
}

/// On what it was measured, which goals were reached, and what was not measured.
pub(crate) fn end(report: &Report, people: usize) {
    for goal in &GOALS {
        if let Some(outcome) = goal.outcome(report, people) {
            let Outcome { measured, is_reached, missed_by } = outcome;
            let verdict = if is_reached {
                "reached".to_owned()
            } else {
                format!("missed by {:.0} %", missed_by * 100.0)
            };
            println!(
                "# goal {:<10} {:<60} {measured:>10.1} {:<9} {verdict}",
                goal.name, goal.what, goal.unit
            );
        }
    }
    for line in report.comparison.iter().flat_map(comparison::lines) {
        println!("{line}");
    }
    for (name, value) in &report.setting {
        println!("# {name}: {value}");
    }
    for text in &report.left_out {
        println!("# not measured: {text}");
    }
    println!("# wrong answers: {}", report.wrong());
}

//! The table of the comparison with other servers: a row for each workload, with our rate, and the rate of each other server
//! beside how many times as many requests ours answers.

use crate::report::{Comparison, Figure, Subject};

/// The table as lines of Markdown; below it, what was wrong or is missing, and why.
pub(crate) fn lines(comparison: &Comparison) -> Vec<String> {
    let Some((ours, others)) = comparison.servers.split_first() else { return Vec::new() };
    let mut head = vec![format!("per second, {} people", comparison.people), ours.name.clone()];
    for other in others {
        head.extend([other.name.clone(), "ratio".to_owned()]);
    }
    let mut figures: Vec<&Figure> = ours.figures.iter().collect();
    figures.sort_by_key(|figure| figure.subject.work);
    let mut rows = vec![head];
    for figure in figures {
        let mut row = vec![what(&figure.subject), rate(figure)];
        for other in others {
            let found = other.figures.iter().find(|found| found.subject == figure.subject);
            row.push(found.map_or_else(|| "not measured".to_owned(), rate));
            row.push(found.and_then(|found| ratio(figure, found)).unwrap_or_default());
        }
        rows.push(row);
    }
    let mut lines = aligned(&rows);
    lines.push(String::new());
    for server in &comparison.servers {
        let remarks = server.remarks.iter().map(|remark| format!("- {}: {}", server.name, one_line(remark)));
        lines.extend(remarks);
        for figure in &server.figures {
            if let Some(wrong) = &figure.first_wrong {
                let wrong = one_line(wrong).replace('`', "'");
                lines.push(format!("- {}: {}: `{wrong}`", server.name, what(&figure.subject)));
            }
        }
    }
    lines
}

fn what(subject: &Subject) -> String {
    let Subject { work, variant, connections, .. } = subject;
    let plural = if *connections == 1 { "" } else { "s" };
    format!("{work} {variant}, {connections} connection{plural}")
}

/// What was answered wrong is no rate, however fast.
fn rate(figure: &Figure) -> String {
    match figure {
        Figure { wrong, requests, .. } if *wrong > 0 => format!("wrong: {wrong} of {requests}"),
        Figure { rate, .. } if *rate < 10.0 => format!("{rate:.1}"),
        Figure { rate, .. } => format!("{rate:.0}"),
    }
}

/// How many times as many requests ours answers, where both answer right.
fn ratio(ours: &Figure, other: &Figure) -> Option<String> {
    (ours.wrong == 0 && other.wrong == 0 && other.rate > 0.0)
        .then(|| format!("{:.1}x", ours.rate / other.rate))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first column begins at the left, the others end at the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default().max(3);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let rule = |(at, width): (usize, usize)| {
        if at == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width - 1)) }
    };
    let mut lines: Vec<String> = Vec::new();
    for row in rows {
        let cells = row.iter().zip(widths.iter().copied()).enumerate();
        let cells = cells.map(
            |(at, (cell, width))| {
                if at == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            },
        );
        lines.push(line(cells.collect()));
        if lines.len() == 1 {
            lines.push(line(widths.iter().copied().enumerate().map(rule).collect()));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Compared;

    fn figure(work: &'static str, connections: usize, rate: f64, wrong: usize) -> Figure {
        let subject = Subject { work, variant: "read".to_owned(), people: 1_000, connections };
        let first_wrong = (wrong > 0).then(|| "GET /Users/1: status 400:\n {\"detail\": \"no\"}".to_owned());
        Figure { rate, wrong, first_wrong, requests: 300, ..Figure::of(subject, Vec::new()) }
    }

    fn server(name: &str, figures: Vec<Figure>, remarks: &[&str]) -> Compared {
        let remarks = remarks.iter().map(|&remark| remark.to_owned()).collect();
        Compared { name: name.to_owned(), figures, remarks }
    }

    #[test]
    fn each_workload_has_a_row_and_each_other_server_its_rate_and_the_ratio() {
        let servers = vec![
            server("ours 1", vec![figure("W3", 16, 3_000.0, 0), figure("W1", 1, 800.0, 0)], &[]),
            server("fast 2", vec![figure("W3", 16, 1_200.4, 0), figure("W1", 1, 7.96, 0)], &["no Location"]),
            server("wrong 3", vec![figure("W3", 16, 9_000.0, 12)], &["W1: it\nends"]),
            server("absent 4", Vec::new(), &["it cannot be installed"]),
        ];
        let lines = lines(&Comparison { people: 1_000, servers });
        let table: Vec<String> = lines[..4].iter().map(|line| line.replace(' ', "")).collect();
        assert_eq!(table[0], "|persecond,1000people|ours1|fast2|ratio|wrong3|ratio|absent4|ratio|");
        assert!(
            table[1].starts_with("|--") && table[1].ends_with("-:|"),
            "numbers end at the right: {lines:?}"
        );
        assert_eq!(
            table[2], "|W1read,1connection|800|8.0|100.5x|notmeasured||notmeasured||",
            "W1 is before W3"
        );
        assert_eq!(
            table[3], "|W3read,16connections|3000|1200|2.5x|wrong:12of300||notmeasured||",
            "what is wrong is neither a rate nor a ratio"
        );
        let widths: Vec<usize> = lines[..4].iter().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "the columns are aligned: {lines:?}");
        assert_eq!(
            lines[4..],
            [
                "",
                "- fast 2: no Location",
                "- wrong 3: W1: it ends",
                "- wrong 3: W3 read, 16 connections: `GET /Users/1: status 400: {\"detail\": \"no\"}`",
                "- absent 4: it cannot be installed",
            ]
        );
    }
}

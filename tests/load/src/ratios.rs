//! Which limit each kind of work is compared with.

use crate::report::{Figure, Report, Subject};

/// The limit of the same run that bounds this work, and which part of it was reached.
pub(crate) fn share(report: &Report, figure: &Figure) -> Option<(String, f64)> {
    let Subject { work, people, connections, variant } = &figure.subject;
    let (limit, variant, connections) = match (*work, &**variant) {
        ("W2" | "W3", _) => ("L1", "fixed answer", *connections),
        ("W1", _) => ("L2", "insert", if *connections == 1 { 1 } else { 64 }),
        ("W4" | "W5", _) => ("L2", "update", if *connections == 1 { 1 } else { 16 }),
        _ => return None,
    };
    let of = report.figure(limit, variant, *people, connections)?;
    Some((format!("{limit} ({connections})"), figure.rate / of.rate.max(1e-9)))
}

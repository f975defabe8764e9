//! How a rehearsal goes or went, in words.

use crate::rehearsal::views::{Rehearsal, RehearsalStep};

/// One sentence: how far it is; or that everything passed, that it stopped at a step and why, or how many steps failed and which
/// first.
pub(super) fn verdict(rehearsal: &Rehearsal) -> String {
    let Rehearsal { label, steps, total, .. } = rehearsal;
    if !rehearsal.finished {
        return match total {
            0 => "Getting ready…".to_owned(),
            total => format!("{label}: {} of {total} steps…", steps.len()),
        };
    }
    let mut failed = steps.iter().enumerate().filter(|(_, step)| !step.passed);
    let Some((at, first)) = failed.next() else { return format!("{label}: all {total} steps passed.") };
    let others = failed.filter(|(_, step)| is_sent(step)).count();
    let (place, why) = (at + 1, first.findings.first().map_or("", String::as_str));
    let how = if steps[place..].iter().any(is_sent) {
        format!("{} of {total} steps failed, first step {place}", others + 1)
    } else {
        format!("stopped at step {place} of {total}")
    };
    format!("{label}: {how}. {why}").trim_end().to_owned()
}

/// The steps after one that stops the rehearsal send nothing.
const fn is_sent(step: &RehearsalStep) -> bool {
    step.request.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::views::RehearsalRequest;

    #[test]
    fn the_verdict_states_where_it_stopped_and_why() {
        let request =
            RehearsalRequest { method: "GET".into(), path: "/".into(), headers: Vec::new(), body: None };
        let step = |passed: bool, finding: &str, is_sent: bool| RehearsalStep {
            title: String::new(),
            phase: "client".to_owned(),
            passed,
            findings: vec![finding.to_owned()],
            request: is_sent.then(|| request.clone()),
            answer: None,
            duration_us: 0,
        };
        let good = step(true, "", true);
        let bad = step(false, "The status is 404; expected 200.", true);
        let unsent = step(false, "Skipped.", false);
        let of = |finished: bool, steps: &[&RehearsalStep], total| {
            verdict(&Rehearsal {
                dialect: "okta-put".to_owned(),
                label: "Okta".to_owned(),
                endpoint: String::new(),
                total,
                steps: steps.iter().map(|step| (*step).clone()).collect(),
                finished,
                passed: false,
                verdict: String::new(),
            })
        };
        assert_eq!(of(false, &[], 0), "Getting ready…");
        assert_eq!(of(false, &[&good], 2), "Okta: 1 of 2 steps…");
        assert_eq!(of(true, &[&good, &good], 2), "Okta: all 2 steps passed.");
        let stopped = "Okta: stopped at step 1 of 31. The status is 404; expected 200.";
        assert_eq!(of(true, &[&bad, &unsent, &unsent], 31), stopped, "no later step sends anything");
        assert_eq!(of(true, &[&bad], 31), stopped, "nor is there one");
        assert_eq!(
            of(true, &[&good, &bad, &good, &bad], 4),
            "Okta: 2 of 4 steps failed, first step 2. The status is 404; expected 200."
        );
    }
}

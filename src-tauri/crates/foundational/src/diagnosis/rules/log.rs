//! A request log whose size limit deletes what is younger than it is to be stored.

use idp::remedy::Remedy;
use store::{LogTrim, Trimmed};

use crate::data::retention::{BODY_DAYS, DAY, REQUEST_DAYS};
use crate::diagnosis::facts::Facts;
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::words::length;

/// For how many days it is to be stored.
const fn days(what: Trimmed) -> u32 {
    match what {
        Trimmed::Bodies => BODY_DAYS,
        Trimmed::Rows => REQUEST_DAYS,
    }
}

pub(crate) fn find(facts: &Facts) -> Vec<Finding> {
    // A larger limit is the answer: what it will delete is not known yet.
    let is_early = |trim: &&LogTrim| {
        trim.limit >= facts.log_limit && trim.reached_at > facts.now - days(trim.what) * DAY
    };
    let trims: Vec<&LogTrim> = facts.log_trims.iter().filter(is_early).collect();
    let Some(worst) = trims.iter().find(|trim| trim.what == Trimmed::Rows).or_else(|| trims.first()) else {
        return Vec::new();
    };
    let (what, severity) = match worst.what {
        Trimmed::Rows => ("Requests", Severity::Warning),
        Trimmed::Bodies => ("Bodies of requests", Severity::Notice),
    };
    let age = worst.deleted_at.duration_since(worst.reached_at);
    let days = days(worst.what);
    let mut found = Finding::new(
        FindingCode::LogBounded,
        severity,
        format!("{what} are deleted after {} instead of {days} days: the request log is full.", length(age)),
    )
    .detail(
        "Activity, the mapping and the causes of refusals reach back only so far. No account is affected.",
    )
    .since(Some(worst.deleted_at))
    .cause(
        Confidence::Certain,
        format!("The log has reached its limit of {} MB.", facts.log_limit / 1_000_000),
    );
    for trim in trims {
        let what = match trim.what {
            Trimmed::Rows => "The newest request that was deleted had arrived",
            Trimmed::Bodies => "The newest request without its bodies had arrived",
        };
        found = found.evidence(what, Some(trim.reached_at));
    }
    vec![found.remedy(Remedy::SeeData)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{self, Case, Given, ago, check};

    /// What was deleted an hour ago is so many minutes old now.
    fn trim(given: &mut Given, what: Trimmed, minutes: i64) {
        let limit = given.all.log_limit;
        given.all.log_trims.push(LogTrim { what, reached_at: ago(minutes), deleted_at: ago(60), limit });
    }

    const CASES: &[Case] = &[
        ("nothing is deleted early", |_| {}, &[]),
        (
            "a request of less than 90 days",
            |given| trim(given, Trimmed::Rows, 90 * given::DAY - 1),
            &["Warning log.bounded [Certain] [SeeData]"],
        ),
        ("a request of 90 days", |given| trim(given, Trimmed::Rows, 90 * given::DAY), &[]),
        (
            "the bodies of a request of less than 7 days",
            |given| trim(given, Trimmed::Bodies, 7 * given::DAY - 1),
            &["Notice log.bounded [Certain] [SeeData]"],
        ),
        ("the bodies of one of 7 days", |given| trim(given, Trimmed::Bodies, 7 * given::DAY), &[]),
        (
            "both: requests matter more",
            |given| {
                trim(given, Trimmed::Bodies, 2 * given::DAY);
                trim(given, Trimmed::Rows, 3 * given::DAY);
            },
            &["Warning log.bounded [Certain] [SeeData]"],
        ),
        (
            "the limit was raised since",
            |given| {
                trim(given, Trimmed::Rows, 3 * given::DAY);
                given.all.log_limit += 1;
            },
            &[],
        ),
        (
            "the limit was lowered since",
            |given| {
                trim(given, Trimmed::Rows, 3 * given::DAY);
                given.all.log_limit -= 1;
            },
            &["Warning log.bounded [Certain] [SeeData]"],
        ),
    ];

    #[test]
    fn a_log_that_is_too_small_is_found_until_its_limit_is_raised() {
        check(CASES, |given| find(&given.all));
    }
}

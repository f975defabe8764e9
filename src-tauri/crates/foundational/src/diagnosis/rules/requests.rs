//! Requests that are refused one after another, each kind by itself (D1, D3, D4).

use idp::reason_code::ReasonCode;
use idp::remedy::Remedy;
use store::{RefusalRun, RequestKind, WriteAct};

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::IN_A_ROW;
use crate::words::counted;

/// Whether several requests of one kind were refused in a row, or a deactivation was refused that was not done since.
pub(crate) fn is_failing(facts: &ConnectionFacts) -> bool {
    facts.runs.iter().any(|run| run.refusals >= IN_A_ROW)
        || facts.refused.iter().any(|one| one.act == WriteAct::Deactivate)
}

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let has_no_token = facts.usable.is_empty() && !facts.tokens.is_empty();
    let is_explained = |run: &RefusalRun| {
        // Replacing the token fixes both; and which people could not be written says more than that some could not.
        (run.kind == RequestKind::Authentication && has_no_token && run.reason.starts_with("auth."))
            || facts.refused.iter().any(|one| one.newest_id == run.newest_id)
    };
    let runs = facts.runs.iter().filter(|run| run.refusals >= IN_A_ROW && !is_explained(run));
    runs.filter(|_| !facts.is_put_off()).map(|run| of_run(facts, all, run)).collect()
}

/// Adds what shows a run of refusals: how many they are, with the newest, and when a token was last accepted.
pub(crate) fn with_evidence(found: Finding, facts: &ConnectionFacts, run: &RefusalRun) -> Finding {
    let refused = format!("{} refused one after another", counted(run.refusals, "request", "requests"));
    let found = found.request(refused, run.newest_at, &run.newest_id);
    match facts.uses.values().max_by_key(|used| used.at) {
        Some(used) => found.evidence("A token was last accepted", Some(used.at)),
        None => found,
    }
}

fn of_run(facts: &ConnectionFacts, all: &Facts, run: &RefusalRun) -> Finding {
    let reason = idp::reasons::reason(&run.reason);
    let status = reason.map_or(0, |reason| reason.status);
    let (code, what) = match (run.kind, status) {
        (RequestKind::Authentication, 401) => (FindingCode::Unauthorized, "requests are being refused"),
        (RequestKind::Authentication, 403 | 421) => (FindingCode::Forbidden, "requests are being refused"),
        (RequestKind::Authentication, 404 | 405) => {
            (FindingCode::WrongAddress, "requests arrive at a wrong address")
        }
        (RequestKind::Authentication, 500..) => (FindingCode::AccessFails, "requests fail"),
        (RequestKind::Authentication, _) => (FindingCode::AccessFails, "requests are being refused"),
        (RequestKind::Lookup, 500..) => (FindingCode::LookupsFail, "look-ups fail"),
        (RequestKind::Lookup, _) => (FindingCode::LookupsFail, "look-ups are being refused"),
        (RequestKind::Write, 500..) => (FindingCode::WritesFail, "changes fail"),
        (RequestKind::Write, _) => (FindingCode::WritesFail, "changes are being refused"),
    };
    let explained = all.explained.get(&run.newest_id);
    let headline = reason.map(|reason| format!(" {}.", reason.headline)).unwrap_or_default();
    let why = explained.map_or_else(|| headline.trim().to_owned(), |explained| explained.why.clone());
    let is_certain = reason.is_some_and(|reason| reason.certainty == idp::reasons::Certainty::Certain);
    let mut found = Finding::about(&facts.connection, code, Severity::Problem, &format!("{what}.{headline}"))
        .since(Some(run.since))
        .cause(if is_certain { Confidence::Certain } else { Confidence::Likely }, why);
    found =
        with_evidence(found, facts, run).remedy_of(explained.and_then(|explained| explained.remedy.as_ref()));
    if run.reason == ReasonCode::AuthMissing.as_str() && facts.endpoint.starts_with("https://") {
        found = found
            .cause(Confidence::Possible, "A proxy or tunnel in front removes the Authorization header.")
            .remedy(Remedy::CheckAddress);
    }
    found.remedy(Remedy::SeeActivity)
}

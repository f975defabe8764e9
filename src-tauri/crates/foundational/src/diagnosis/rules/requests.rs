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
    let mut found = Finding::about(&facts.connection, code, Severity::Problem, &format!("{what}.{headline}"))
        .since(Some(run.since));
    // Of a code of another version nothing is known.
    let by_headline = || reason.map(|reason| format!("{}.", reason.headline));
    if let Some(why) = explained.map(|explained| explained.why.clone()).or_else(by_headline) {
        found = found.cause(Confidence::Certain, why);
    }
    found =
        with_evidence(found, facts, run).remedy_of(explained.and_then(|explained| explained.remedy.as_ref()));
    if run.reason == ReasonCode::AuthMissing.as_str() && facts.endpoint.starts_with("https://") {
        found = found
            .cause(Confidence::Possible, "A proxy or tunnel in front removes the Authorization header.")
            .remedy(Remedy::CheckAddress);
    }
    found.remedy(Remedy::SeeActivity)
}

#[cfg(test)]
mod tests {
    use store::RefusedWrite;

    use super::*;
    use crate::diagnosis::facts::Explained;
    use crate::diagnosis::remedy_views::RemedyView;
    use crate::diagnosis::rules::given::{Case, Given, check, refused, run};

    const CASES: &[Case] = &[
        ("nothing is refused", |_| {}, &[]),
        ("two in a row", |given| given.one.runs = vec![run(RequestKind::Lookup, ReasonCode::Filter, 2)], &[]),
        (
            "three look-ups in a row",
            |given| given.one.runs = vec![run(RequestKind::Lookup, ReasonCode::Filter, 3)],
            &["Problem lookup.fails:c1 [Certain] [SeeActivity]"],
        ),
        (
            "three changes in a row",
            |given| given.one.runs = vec![run(RequestKind::Write, ReasonCode::Defect, 3)],
            &["Problem write.fails:c1 [Certain] [SeeActivity]"],
        ),
        (
            "which people could not be written is a finding of its own",
            |given| {
                given.one.runs = vec![run(RequestKind::Write, ReasonCode::Invalid, 3)];
                given.one.refused = vec![RefusedWrite {
                    newest_id: "run".to_owned(),
                    ..refused(WriteAct::Create, "User:ada", ReasonCode::Invalid)
                }];
            },
            &[],
        ),
        (
            "a token that is not known",
            |given| given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::AuthUnknown, 3)],
            &["Problem access.unauthorized:c1 [Certain] [SeeActivity]"],
        ),
        (
            "the same while no token is left, which is a finding of its own",
            |given| {
                given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::AuthUnknown, 3)];
                given.one.usable.clear();
            },
            &[],
        ),
        (
            "another reason while no token is left",
            |given| {
                given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::ForbiddenAddress, 3)];
                given.one.usable.clear();
            },
            &["Problem access.forbidden:c1 [Certain] [SeeActivity]"],
        ),
        (
            "no token by way of a proxy, which may remove it",
            |given| given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::AuthMissing, 3)],
            &["Problem access.unauthorized:c1 [Certain, Possible] [CheckAddress, SeeActivity]"],
        ),
        (
            "no token without one",
            |given| {
                given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::AuthMissing, 3)];
                given.one.endpoint = "http://127.0.0.1:8470/scim/c1".to_owned();
            },
            &["Problem access.unauthorized:c1 [Certain] [SeeActivity]"],
        ),
        (
            "another host name",
            |given| given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::ForeignHost, 3)],
            &["Problem access.forbidden:c1 [Certain] [SeeActivity]"],
        ),
        (
            "an address that is nearly right",
            |given| given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::UnknownPath, 3)],
            &["Problem setup.wrongAddress:c1 [Certain] [SeeActivity]"],
        ),
        (
            "too many requests",
            |given| given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::Rate, 3)],
            &["Problem access.fails:c1 [Certain] [SeeActivity]"],
        ),
        (
            "each kind by itself",
            |given| {
                given.one.runs = vec![
                    run(RequestKind::Lookup, ReasonCode::Filter, 3),
                    run(RequestKind::Write, ReasonCode::Filter, 4),
                ];
            },
            &[
                "Problem lookup.fails:c1 [Certain] [SeeActivity]",
                "Problem write.fails:c1 [Certain] [SeeActivity]",
            ],
        ),
        (
            "a code of another version: no cause is made up",
            |given| {
                let known = run(RequestKind::Lookup, ReasonCode::Filter, 3);
                given.one.runs = vec![RefusalRun { reason: "auth.colour".to_owned(), ..known }];
            },
            &["Problem lookup.fails:c1 [] [SeeActivity]"],
        ),
        (
            "what is known of the newest request",
            |given| {
                given.one.runs = vec![run(RequestKind::Lookup, ReasonCode::Filter, 3)];
                let remedy = Some(RemedyView::new(Remedy::CopyReport, Some("c1"), None));
                let explained = Explained { why: "The filter has no end.".to_owned(), remedy };
                given.all.explained.insert("run".to_owned(), explained);
            },
            &["Problem lookup.fails:c1 [Certain] [CopyReport, SeeActivity]"],
        ),
        (
            "the server does not listen, which is a finding of its own",
            |given| {
                given.one.runs = vec![run(RequestKind::Lookup, ReasonCode::Filter, 3)];
                given.one.server.stopped = true;
            },
            &[],
        ),
    ];

    #[test]
    fn three_refusals_of_a_kind_in_a_row_are_found_until_one_is_answered() {
        check(CASES, |given| find(&given.one, &given.all));
    }

    #[test]
    fn a_connection_fails_by_three_in_a_row_or_one_deactivation() {
        let mut given = Given::in_use();
        assert!(!is_failing(&given.one));
        given.one.runs = vec![run(RequestKind::Lookup, ReasonCode::Filter, 2)];
        given.one.refused = vec![refused(WriteAct::Create, "User:ada", ReasonCode::Invalid)];
        assert!(!is_failing(&given.one));
        given.one.refused[0].act = WriteAct::Deactivate;
        assert!(is_failing(&given.one));
        given.one.refused.clear();
        given.one.runs[0].refusals = 3;
        assert!(is_failing(&given.one));
    }
}

//! People who wait to be let through: what their connection gives them is withheld.

use idp::remedy::Remedy;
use store::{WithheldCount, WithheldPerson};

use crate::connections::observe_first::waiting;
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::WITHHELD_SHOWN;

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    let WithheldCount { people, .. } = facts.withheld;
    if people == 0 {
        return Vec::new();
    }
    let message = waiting(facts.withheld);
    let found = Finding::about(&facts.connection, FindingCode::AccessWithheld, Severity::Warning, &message)
        .since(facts.connection.observing_since)
        .detail(
            "They are stored as the identity provider sends them. Until you let them through they cannot sign in, or are not \
             Admins yet.",
        )
        .cause(Confidence::Certain, "They gained this while the connection was observed first.")
        .remedy(Remedy::OpenWithheld);
    let found = facts.withheld_first.iter().fold(found, |found, person| found.evidence(name(person), None));
    vec![found.and_more(people, WITHHELD_SHOWN)]
}

/// "Ada Lovelace, as an Admin".
fn name(person: &WithheldPerson) -> String {
    let role = if person.withheld.admin { ", as an Admin" } else { "" };
    format!("{}{role}", person.display)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{Case, ago, check};

    const CASES: &[Case] = &[
        ("the connection is not observed", |_| {}, &[]),
        (
            "it is observed, and no one waits",
            |given| given.one.connection.observing_since = Some(ago(60)),
            &[],
        ),
        (
            "one waits",
            |given| given.one.withheld = WithheldCount { people: 1, admins: 0 },
            &["Warning access.withheld:c1 [Certain] [OpenWithheld]"],
        ),
        (
            "more wait than are named",
            |given| given.one.withheld = WithheldCount { people: WITHHELD_SHOWN + 1, admins: 1 },
            &["Warning access.withheld:c1 [Certain] [OpenWithheld]"],
        ),
    ];

    #[test]
    fn who_waits_is_found_until_they_are_let_through() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}

//! A connection in use that has never deactivated anybody (D6).

use idp::guide::EvidenceKind;
use idp::remedy::Remedy;

use crate::connections::progress::is_proved;
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::FIRST_LEAVER;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let arrived = EvidenceKind::FirstPerson.as_str();
    let first = facts.evidence.iter().find(|one| one.kind == arrived && !one.refused).map(|one| one.seen_at);
    let Some(first) = first.filter(|first| all.now >= *first + FIRST_LEAVER) else { return Vec::new() };
    if is_proved(&facts.evidence, EvidenceKind::Deactivation)
        || facts.refused.iter().any(|one| one.act == store::WriteAct::Deactivate)
    {
        return Vec::new();
    }
    let found = Finding::about(
        &facts.connection,
        FindingCode::NoLeavers,
        Severity::Notice,
        "no person has ever been deactivated.",
    )
    .detail("Test with one person whether leavers lose access.")
    .since(Some(first))
    .evidence("The first user arrived", Some(first))
    .evidence("No deactivation and no deletion has arrived since", None);
    vec![
        match facts.provider {
            idp::Provider::Okta => found
                .cause(Confidence::Likely, "**Deactivate Users** is off in Okta.")
                .steps(["In Okta, open the app's **Provisioning > To App** and turn on **Deactivate Users**."]),
            idp::Provider::Azure => found
                .cause(Confidence::Likely, "**Delete** is off in the attribute mappings of Azure.")
                .steps(["In Azure, open **Provisioning > Mappings** and check **Update** and **Delete** under **Target Object Actions**."]),
            idp::Provider::Custom => {
                found.cause(Confidence::Likely, "Deactivation is off in the identity provider.")
            }
        }
        .cause(Confidence::Possible, "No one has left yet.")
        .remedy(Remedy::TestLeaver)
        .remedy(Remedy::LookUpLeaver)
        .console(facts.provider),
    ]
}

#[cfg(test)]
mod tests {
    use idp::Provider;
    use idp::reason_code::ReasonCode;
    use store::WriteAct;

    use super::*;
    use crate::diagnosis::rules::given::{Case, DAY, Given, check, refused, seen};

    /// The first person arrived so many minutes ago, and no one has left.
    fn no_one_left(given: &mut Given, minutes: i64) {
        given.one.evidence = vec![seen(EvidenceKind::FirstPerson, minutes)];
    }

    const CASES: &[Case] = &[
        ("one has left", |_| {}, &[]),
        (
            "none in a week",
            |given| no_one_left(given, 7 * DAY),
            &["Notice people.noLeavers:c1 [Likely, Possible] [TestLeaver, LookUpLeaver, OpenConsole]"],
        ),
        ("none in nearly a week", |given| no_one_left(given, 7 * DAY - 1), &[]),
        (
            "a console whose address is not known",
            |given| {
                given.of(Provider::Okta);
                no_one_left(given, 8 * DAY);
            },
            &["Notice people.noLeavers:c1 [Likely, Possible] [TestLeaver, LookUpLeaver]"],
        ),
        (
            "another provider",
            |given| {
                given.of(Provider::Custom);
                no_one_left(given, 8 * DAY);
            },
            &["Notice people.noLeavers:c1 [Likely, Possible] [TestLeaver, LookUpLeaver]"],
        ),
        (
            "a deactivation that was refused, and arrived no more: it is no proof",
            |given| {
                no_one_left(given, 8 * DAY);
                let tried = seen(EvidenceKind::Deactivation, DAY);
                given.one.evidence.push(store::SetupEvidence { refused: true, ..tried });
            },
            &["Notice people.noLeavers:c1 [Likely, Possible] [TestLeaver, LookUpLeaver, OpenConsole]"],
        ),
        (
            "a deactivation that is refused, which is a finding of its own",
            |given| {
                no_one_left(given, 8 * DAY);
                given.one.refused =
                    vec![refused(WriteAct::Deactivate, "User/p1", ReasonCode::ProtectedAdmin)];
            },
            &[],
        ),
        (
            "no person was taken yet",
            |given| {
                let tried = seen(EvidenceKind::FirstPerson, 8 * DAY);
                given.one.evidence = vec![store::SetupEvidence { refused: true, ..tried }];
            },
            &[],
        ),
    ];

    #[test]
    fn a_week_of_use_without_a_leaver_is_found_until_the_first_one() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}

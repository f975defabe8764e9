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
                .cause(Confidence::Likely, "No one has left yet, or **Deactivate Users** is off in Okta.")
                .steps(["In Okta, open the app's **Provisioning > To App** and turn on **Deactivate Users**."]),
            idp::Provider::Azure => found
                .cause(Confidence::Likely, "No one has left yet, or **Delete** is off in the attribute mappings of Azure.")
                .steps(["In Azure, open **Provisioning > Mappings** and check **Update** and **Delete** under **Target Object Actions**."]),
            idp::Provider::Custom => {
                found.cause(Confidence::Likely, "No one has left yet, or deactivation is off in the identity provider.")
            }
        }
        .remedy(Remedy::TestLeaver)
        .remedy(Remedy::LookUpLeaver)
        .console(facts.provider),
    ]
}

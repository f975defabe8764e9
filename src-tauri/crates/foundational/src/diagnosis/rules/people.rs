//! Credentials that work, and no person who has arrived: the first cycle has not run yet (D8), or no one is assigned (D2).

use idp::guide::EvidenceKind;
use idp::remedy::Remedy;
use jiff::Timestamp;

use crate::connections::progress::is_proved;
use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{USUAL_OF_AZURE, first_person};

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let seen = |kind: EvidenceKind| {
        facts.evidence.iter().find(|one| one.kind == kind.as_str() && !one.refused).map(|one| one.seen_at)
    };
    let Some(accepted) = seen(EvidenceKind::Credentials) else { return Vec::new() };
    let is_refused = facts.refused.iter().any(|one| one.subject.starts_with("User"));
    if is_proved(&facts.evidence, EvidenceKind::FirstPerson)
        || facts.connection.people > 0
        || facts.matches > 0
        || is_refused
        || facts.is_put_off()
        || facts.usable.is_empty()
    {
        return Vec::new();
    }
    let (lookup, provider) = (seen(EvidenceKind::Lookup), facts.provider);
    let with_evidence = |found: Finding| {
        let found = found.since(Some(accepted)).evidence("The credentials were accepted", Some(accepted));
        match lookup {
            Some(at) => found.evidence("A user was looked up", Some(at)),
            None => found.evidence("No user was looked up so far", None),
        }
    };
    if all.now < accepted + first_person(provider) {
        return vec![
            with_evidence(first_cycle_waits(facts, accepted, all.now))
                .remedy(Remedy::ShowAssign)
                .labelled("How to trigger it now")
                .console(provider),
        ];
    }
    let found = Finding::about(
        &facts.connection,
        FindingCode::NotAssigned,
        Severity::Warning,
        "the credentials work, but no user has arrived.",
    )
    .cause(Confidence::Likely, "No person is assigned to the app, or only a group that is not in its scope.");
    let found = match provider {
        idp::Provider::Okta => found
            .cause(Confidence::Possible, "**Create Users** is off in Okta.")
            .steps(["In Okta, open the app's **Provisioning > To App** and turn on **Create Users**."]),
        idp::Provider::Azure => {
            found.cause(Confidence::Possible, "A scoping filter leaves everybody out.").steps([
                "In Azure, check **Users and groups** and the **Scope** of provisioning.",
                "If **Start provisioning** is shown under **Overview**, press it.",
            ])
        }
        idp::Provider::Custom => found,
    };
    vec![with_evidence(found).remedy(Remedy::ShowAssign).console(provider)]
}

/// The first cycle has not run yet: when it is expected, and how to have it now.
fn first_cycle_waits(facts: &ConnectionFacts, accepted: Timestamp, now: Timestamp) -> Finding {
    let found = Finding::about(
        &facts.connection,
        FindingCode::FirstCycleWaits,
        Severity::Notice,
        "the credentials work, and no user has arrived yet.",
    )
    .cause(Confidence::Likely, format!("The first cycle of {} has not run yet.", facts.idp()));
    match facts.provider {
        idp::Provider::Azure => found.expected_at(Some(next_cycle(accepted, now))).steps([
            "To trigger it now, open **Provision on demand** of the app in Azure, pick a person who is assigned, and choose \
             **Provision**.",
        ]),
        idp::Provider::Okta => {
            found.steps(["To trigger it now, assign a person to the app in Okta: it sends at once."])
        }
        idp::Provider::Custom => {
            found.steps(["To trigger it now, start a synchronisation in the identity provider."])
        }
    }
}

/// When Azure's next cycle begins, by the clock that began when it accepted the credentials.
fn next_cycle(accepted: Timestamp, now: Timestamp) -> Timestamp {
    let mut next = accepted + USUAL_OF_AZURE;
    while next <= now {
        next += USUAL_OF_AZURE;
    }
    next
}

#[cfg(test)]
mod tests {
    use idp::Provider;
    use idp::reason_code::ReasonCode;
    use store::WriteAct;

    use super::*;
    use crate::diagnosis::rules::given::{Case, DAY, Given, check, refused, seen};

    /// The credentials were accepted so many minutes ago, and no person has arrived.
    fn accepted(given: &mut Given, provider: Provider, minutes: i64) {
        given.of(provider);
        given.one.connection.people = 0;
        given.one.evidence = vec![seen(EvidenceKind::Credentials, minutes)];
    }

    const CASES: &[Case] = &[
        ("a person has arrived", |_| {}, &[]),
        (
            "Azure within two cycles and some",
            |given| accepted(given, Provider::Azure, 89),
            &["Notice people.firstCycleWaits:c1 [Likely] [ShowAssign, OpenConsole]"],
        ),
        (
            "Azure after them",
            |given| accepted(given, Provider::Azure, 90),
            &["Warning people.notAssigned:c1 [Likely, Possible] [ShowAssign, OpenConsole]"],
        ),
        (
            "Okta within a quarter of an hour",
            |given| accepted(given, Provider::Okta, 14),
            &["Notice people.firstCycleWaits:c1 [Likely] [ShowAssign]"],
        ),
        (
            "Okta after it",
            |given| accepted(given, Provider::Okta, 15),
            &["Warning people.notAssigned:c1 [Likely, Possible] [ShowAssign]"],
        ),
        (
            "another one within the time of Azure",
            |given| accepted(given, Provider::Custom, 89),
            &["Notice people.firstCycleWaits:c1 [Likely] [ShowAssign]"],
        ),
        (
            "another one after it",
            |given| accepted(given, Provider::Custom, 90),
            &["Warning people.notAssigned:c1 [Likely] [ShowAssign]"],
        ),
        (
            "a group alone was refused",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.one.refused = vec![refused(WriteAct::Create, "Group:crew", ReasonCode::Invalid)];
            },
            &["Warning people.notAssigned:c1 [Likely, Possible] [ShowAssign, OpenConsole]"],
        ),
        (
            "a person was refused, which is a finding of its own",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.one.refused = vec![refused(WriteAct::Create, "User:ada", ReasonCode::Invalid)];
            },
            &[],
        ),
        (
            "a person waits for a decision",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.one.matches = 1;
            },
            &[],
        ),
        (
            "a person has arrived, and was deleted since",
            |given| {
                accepted(given, Provider::Azure, DAY);
                given.one.evidence.push(seen(EvidenceKind::FirstPerson, 90));
            },
            &[],
        ),
        (
            "no token works any more",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.one.usable.clear();
            },
            &[],
        ),
        (
            "the connection is paused",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.pause();
            },
            &[],
        ),
        (
            "no credentials were accepted",
            |given| {
                accepted(given, Provider::Azure, 90);
                given.one.evidence.clear();
            },
            &[],
        ),
    ];

    #[test]
    fn a_connection_without_a_person_is_found_until_the_first_one_arrives() {
        check(CASES, |given| find(&given.one, &given.all));
    }

    #[test]
    fn the_next_cycle_of_azure_is_always_ahead_one_of_its_pauses_at_most() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        for (now, expected) in [(0, 40), (39, 40), (40, 80), (79, 80), (80, 120), (89, 120)] {
            assert_eq!(next_cycle(at(0), at(now)), at(expected), "{now} minutes later");
        }
    }
}

//! People who are created again and again although an account has the name: the identity provider does not notice that, and no
//! change of theirs arrives.

use idp::remedy::Remedy;

use crate::diagnosis::facts::{ConnectionFacts, Facts, HolderSource, NameLoop};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::WRITES_SHOWN;
use crate::words::counted;

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    let (own, others): (Vec<_>, Vec<_>) =
        found(facts).partition(|one| one.holder.source == HolderSource::ThisConnection);
    [(own, true), (others, false)]
        .into_iter()
        .filter(|(loops, _)| !loops.is_empty())
        .map(|(loops, is_own)| of(facts, &loops, is_own))
        .collect()
}

/// Those that are found here. A local account that waits for a decision is a finding of its own.
pub(crate) fn found(facts: &ConnectionFacts) -> impl Iterator<Item = &NameLoop> {
    facts.loops.iter().filter(|one| facts.matches == 0 || one.holder.source != HolderSource::Local)
}

fn of(facts: &ConnectionFacts, loops: &[&NameLoop], is_own: bool) -> Finding {
    let message = match (loops.len(), is_own) {
        (1, true) => "one person is created again and again, and exists already.".to_owned(),
        (1, false) => "one person is created again and again, and another account has the name.".to_owned(),
        (people, true) => format!("{people} people are created again and again, and exist already."),
        (people, false) => {
            format!("{people} people are created again and again, and other accounts have the names.")
        }
    };
    let mut found =
        Finding::about(&facts.connection, FindingCode::DuplicateLoop, Severity::Warning, &message)
            .keyed(if is_own { "own" } else { "other" })
            .detail("Each time it is refused with 409, and no change of theirs arrives.")
            .since(loops.iter().map(|one| one.refused.first_at).min());
    for one in loops.iter().take(WRITES_SHOWN) {
        let times = counted(one.refused.refusals, "time", "times");
        let text = format!("{} was refused {times} in a row. {}", one.refused.name, holder(one));
        found = found.request(text, one.refused.newest_at, &one.refused.newest_id);
    }
    let found = found.and_more(loops.len() as u64, WRITES_SHOWN as u64);
    let found = if is_own { of_own(facts, found) } else { of_others(loops, found) };
    let found = match loops {
        [only] => found.remedy_with(Remedy::OpenPerson, &only.holder.id),
        _ => found,
    };
    found.remedy(Remedy::SeeActivity)
}

/// Who has the name.
fn holder(one: &NameLoop) -> String {
    match &one.holder.source {
        HolderSource::ThisConnection => format!("{} of this connection has the name.", one.holder.name),
        HolderSource::OtherConnection(name) => format!("{} of {name} has the name.", one.holder.name),
        HolderSource::Local => format!("The local account {} has the name.", one.holder.name),
    }
}

fn of_own(facts: &ConnectionFacts, found: Finding) -> Finding {
    let idp = facts.idp();
    let found = found.cause(
        Confidence::Likely,
        format!("{idp} does not look a person up by `userName` before it creates them, or does not use what it finds."),
    );
    match facts.provider {
        idp::Provider::Okta => found.steps([
            "In Okta, check that **Application username** of the app is what is shown here as the user name.",
            "Remove the person's assignment to the app and assign them again: Okta then looks the account up.",
        ]),
        idp::Provider::Azure => found.steps([
            "In Azure, open **Provisioning > Mappings** and check that the attribute with matching precedence 1 is mapped to \
             `userName`.",
            "Then press **Restart provisioning**.",
        ]),
        idp::Provider::Custom => {
            found.steps(["Let the identity provider look each person up by `userName` before it creates them."])
        }
    }
}

fn of_others(loops: &[&NameLoop], found: Finding) -> Finding {
    let found = found.cause(
        Confidence::Certain,
        match loops {
            [only] => holder(only),
            _ => "Accounts that this connection does not manage have the names.".to_owned(),
        },
    );
    let is_local = |one: &&NameLoop| one.holder.source == HolderSource::Local;
    if loops.iter().all(is_local) {
        found.steps(["Give the local account or the person another user name."])
    } else {
        found.steps([
            "Assign the person in one identity provider only, or give them another user name in one.",
        ])
    }
}

#[cfg(test)]
mod tests {
    use idp::reason_code::ReasonCode;
    use store::WriteAct;

    use super::*;
    use crate::diagnosis::facts::NameHolder;
    use crate::diagnosis::rules::given::{Case, check, refused};

    fn one(source: HolderSource) -> NameLoop {
        NameLoop {
            refused: refused(WriteAct::Create, "User:ada", ReasonCode::Duplicate),
            holder: NameHolder { id: "p".to_owned(), name: "Ada".to_owned(), source },
        }
    }

    fn other() -> NameLoop {
        one(HolderSource::OtherConnection("Okta".to_owned()))
    }

    const CASES: &[Case] = &[
        ("no one is created again", |_| {}, &[]),
        (
            "a person of the connection itself",
            |given| given.one.loops = vec![one(HolderSource::ThisConnection)],
            &["Warning write.duplicateLoop:c1:own [Likely] [OpenPerson, SeeActivity]"],
        ),
        (
            "several of them: one person is no remedy",
            |given| {
                given.one.loops = vec![one(HolderSource::ThisConnection), one(HolderSource::ThisConnection)];
            },
            &["Warning write.duplicateLoop:c1:own [Likely] [SeeActivity]"],
        ),
        (
            "another connection has the name",
            |given| given.one.loops = vec![other()],
            &["Warning write.duplicateLoop:c1:other [Certain] [OpenPerson, SeeActivity]"],
        ),
        (
            "each kind is a finding of its own",
            |given| given.one.loops = vec![other(), one(HolderSource::ThisConnection)],
            &[
                "Warning write.duplicateLoop:c1:own [Likely] [OpenPerson, SeeActivity]",
                "Warning write.duplicateLoop:c1:other [Certain] [OpenPerson, SeeActivity]",
            ],
        ),
        (
            "a local account has the name",
            |given| given.one.loops = vec![one(HolderSource::Local)],
            &["Warning write.duplicateLoop:c1:other [Certain] [OpenPerson, SeeActivity]"],
        ),
        (
            "a local account that waits for a decision, which is a finding of its own",
            |given| {
                given.one.loops = vec![one(HolderSource::Local)];
                given.one.matches = 1;
            },
            &[],
        ),
    ];

    #[test]
    fn who_is_created_again_and_again_is_found_by_who_has_the_name() {
        check(CASES, |given| find(&given.one, &given.all));
    }

    #[test]
    fn who_has_the_name_is_said_by_where_they_come_from() {
        for (source, words) in [
            (HolderSource::ThisConnection, "Ada of this connection has the name."),
            (HolderSource::OtherConnection("Okta".to_owned()), "Ada of Okta has the name."),
            (HolderSource::Local, "The local account Ada has the name."),
        ] {
            assert_eq!(holder(&one(source)), words);
        }
    }
}

//! Groups with members who are not here, for longer than a cycle of the identity provider.

use idp::remedy::Remedy;

use crate::diagnosis::facts::{ConnectionFacts, Facts, UnresolvedMembers};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{GROUPS_SHOWN, MEMBERS_SHOWN};
use crate::words::counted;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let Some(groups) = all.unresolved.get(&facts.connection.id) else { return Vec::new() };
    let members: usize = groups.iter().map(|group| group.members.len()).sum();
    if members == 0 || facts.is_put_off() {
        return Vec::new();
    }
    let which = match groups.as_slice() {
        [only] => format!("the group {}", only.group),
        _ => format!("{} groups", groups.len()),
    };
    let message = match members {
        1 => format!("one member of {which} is not here."),
        _ => format!("{members} members of {which} are not here."),
    };
    let idp = facts.idp();
    let mut found =
        Finding::about(&facts.connection, FindingCode::MembersUnresolved, Severity::Notice, &message)
            .detail("They get nothing through these groups yet. Each joins as soon as the person arrives.");
    for group in groups.iter().take(GROUPS_SHOWN) {
        found = found.evidence(of_group(group), None);
    }
    found = found.and_more(groups.len() as u64, GROUPS_SHOWN as u64);
    let has_deleted = groups.iter().any(|group| group.members.iter().any(|member| member.deleted.is_some()));
    if has_deleted {
        found = found
            .cause(Confidence::Certain, format!("{idp} has people in its groups who were deleted here."));
    }
    found = found
        .cause(Confidence::Likely, "These people are in the group, and not assigned to the app.".to_owned())
        .steps(["Assign the members of the group to the app as well, or take them out of the group there."]);
    let found = match groups.as_slice() {
        [only] => found.remedy_with(Remedy::OpenGroup, &only.group_id),
        _ => found,
    };
    vec![found.remedy(Remedy::ShowAssign)]
}

/// "Crew: Ada Lovelace (deleted), 6f1d3c9e".
fn of_group(group: &UnresolvedMembers) -> String {
    let named = group.members.iter().take(MEMBERS_SHOWN).map(|member| match &member.deleted {
        Some(name) => format!("{name} (deleted)"),
        None => format!("`{}`", member.id),
    });
    let named: Vec<String> = named.collect();
    let rest = group.members.len().saturating_sub(MEMBERS_SHOWN);
    let rest =
        if rest == 0 { String::new() } else { format!(" and {}", counted(rest as u64, "other", "others")) };
    format!("{}: {}{rest}", group.group, named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::facts::UnresolvedMember;
    use crate::diagnosis::rules::given::{Case, Given, check};

    /// Groups with so many members each who are not here; the first of each has this name if it is known.
    fn absent(given: &mut Given, sizes: &[usize], deleted: Option<&str>) {
        let member = |place: usize| UnresolvedMember {
            id: format!("p{place}"),
            deleted: deleted.filter(|_| place == 0).map(str::to_owned),
        };
        let group = |(place, size): (usize, &usize)| UnresolvedMembers {
            group_id: format!("g{place}"),
            group: format!("Crew {place}"),
            members: (0..*size).map(member).collect(),
        };
        let groups = sizes.iter().enumerate().map(group).collect();
        given.all.unresolved.insert("c1".to_owned(), groups);
    }

    const CASES: &[Case] = &[
        ("all are here", |_| {}, &[]),
        ("all have arrived", |given| absent(given, &[0], None), &[]),
        (
            "one of one group",
            |given| absent(given, &[1], None),
            &["Notice group.membersUnresolved:c1 [Likely] [OpenGroup, ShowAssign]"],
        ),
        (
            "one who was deleted here",
            |given| absent(given, &[2], Some("Ada")),
            &["Notice group.membersUnresolved:c1 [Certain, Likely] [OpenGroup, ShowAssign]"],
        ),
        (
            "several groups: one group is no remedy",
            |given| absent(given, &[1, 1], None),
            &["Notice group.membersUnresolved:c1 [Likely] [ShowAssign]"],
        ),
        (
            "no one can arrive at a paused connection",
            |given| {
                absent(given, &[1], None);
                given.pause();
            },
            &[],
        ),
    ];

    #[test]
    fn members_who_are_not_here_are_found_until_they_arrive() {
        check(CASES, |given| find(&given.one, &given.all));
    }

    #[test]
    fn members_and_groups_beyond_what_is_named_are_counted() {
        let texts = |sizes: &[usize]| {
            let mut given = Given::in_use();
            absent(&mut given, sizes, Some("Ada"));
            let found = find(&given.one, &given.all).remove(0);
            found.evidence.into_iter().map(|evidence| evidence.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&[3]), ["Crew 0: Ada (deleted), `p1`, `p2`"]);
        assert_eq!(texts(&[4]), ["Crew 0: Ada (deleted), `p1`, `p2` and 1 other"]);
        assert_eq!(texts(&[1; 10]).len(), 10);
        assert_eq!(texts(&[1; 11]).last().map(String::as_str), Some("And 1 more"));
        assert_eq!(texts(&[1; 12]).last().map(String::as_str), Some("And 2 more"));
    }
}

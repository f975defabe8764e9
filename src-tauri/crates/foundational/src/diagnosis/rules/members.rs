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
            .detail("They have nothing by these groups. Each joins as soon as the person arrives.");
    for group in groups.iter().take(GROUPS_SHOWN) {
        found = found.evidence(of_group(group), None);
    }
    if groups.len() > GROUPS_SHOWN {
        found = found.evidence(format!("and {} more groups", groups.len() - GROUPS_SHOWN), None);
    }
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

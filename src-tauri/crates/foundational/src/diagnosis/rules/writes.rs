//! People and groups that were refused and have not been written since, with their names (D5, D6).

use std::collections::BTreeMap;

use idp::Provider;
use idp::reason_code::ReasonCode;
use idp::remedy::Remedy;
use store::{RefusedWrite, WriteAct};

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::remedy_views::RemedyView;
use crate::diagnosis::rules::attributes::with_mapping;
use crate::diagnosis::rules::duplicates;
use crate::diagnosis::thresholds::{BLOCKS_SHOWN, WRITES_SHOWN};

/// The longest name in the label of a button, in characters.
const LONGEST: usize = 30;
/// How Okta takes a group that is here already.
const LINK_GROUP: &str = "In Okta, open the app's **Push Groups**, and choose **Link Group** instead of \
    **Create Group** for a group that is here already.";

/// Those that were refused for one reason.
type Alike<'f> = BTreeMap<(FindingCode, &'f str, &'f str), Vec<&'f RefusedWrite>>;

/// Which finding a refused write belongs to.
const fn code(act: WriteAct) -> FindingCode {
    match act {
        WriteAct::Create => FindingCode::NotCreated,
        WriteAct::Change | WriteAct::Activate => FindingCode::NotChanged,
        WriteAct::Deactivate => FindingCode::NotDeactivated,
    }
}

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let mut alike = Alike::new();
    // A name that waits for a decision is a finding of its own.
    let is_waiting = |one: &RefusedWrite| facts.matches > 0 && one.reason == ReasonCode::Duplicate.as_str();
    // So is one that is refused again and again.
    let is_loop = |one: &RefusedWrite| {
        duplicates::found(facts)
            .any(|known| known.refused.subject == one.subject && known.refused.act == one.act)
    };
    for one in facts.refused.iter().filter(|one| !is_waiting(one) && !is_loop(one)) {
        alike.entry((code(one.act), &one.reason, fault(one))).or_default().push(one);
    }
    alike
        .into_iter()
        .map(|((code, reason, fault), refused)| of(facts, all, code, reason, fault, &refused))
        .collect()
}

/// What was wrong, without what arrived and without names, which are in the evidence: "`active` must be true or false".
fn fault(one: &RefusedWrite) -> &str {
    let mismatch = one.sentence.strip_prefix('`').and_then(|_| one.sentence.split(", not ").next());
    let headline = idp::reasons::reason(&one.reason).map(|reason| reason.headline);
    mismatch.or(headline).unwrap_or("It was refused")
}

/// The id of the finding that a refused write belongs to.
pub(crate) fn finding_id(connection_id: &str, one: &RefusedWrite) -> String {
    format!("{}:{connection_id}:{}:{}", code(one.act).as_str(), one.reason, fault(one))
}

fn of(
    facts: &ConnectionFacts,
    all: &Facts,
    code: FindingCode,
    reason: &str,
    fault: &str,
    refused: &[&RefusedWrite],
) -> Finding {
    let done = match code {
        FindingCode::NotCreated => "created",
        FindingCode::NotDeactivated => "deactivated",
        _ => "changed",
    };
    let groups = refused.iter().filter(|one| one.subject.starts_with("Group")).count();
    let who = match (refused, groups) {
        ([_], 0) => "one person".to_owned(),
        ([_], _) => "one group".to_owned(),
        (_, 0) => format!("{} people", refused.len()),
        (_, groups) if groups == refused.len() => format!("{groups} groups"),
        _ => format!("{} people and groups", refused.len()),
    };
    let severity = if code == FindingCode::NotDeactivated || reason != ReasonCode::Duplicate.as_str() {
        Severity::Problem
    } else {
        Severity::Warning
    };
    let newest = refused.iter().max_by_key(|one| one.newest_at);
    let explained = newest.and_then(|one| all.explained.get(&one.newest_id));
    let cause =
        explained.filter(|_| refused.len() == 1).map_or_else(|| format!("{fault}."), |one| one.why.clone());
    let mut found =
        Finding::about(&facts.connection, code, severity, &format!("{who} could not be {done}. {fault}."))
            .keyed(&format!("{reason}:{fault}"))
            .since(refused.iter().map(|one| one.first_at).min())
            .cause(Confidence::Certain, cause);
    if code == FindingCode::NotDeactivated {
        found = found.detail(if may_sign_in(all, refused) {
            "A person who left can still sign in. Block sign-in here until the deactivation arrives."
        } else {
            "They can't sign in here. The deactivation has not arrived yet."
        });
    }
    let is_in_use = code == FindingCode::NotCreated && reason == ReasonCode::Duplicate.as_str();
    if is_in_use && groups > 0 && facts.provider == Provider::Okta {
        found = found.steps([LINK_GROUP]);
    }
    for one in refused.iter().take(WRITES_SHOWN) {
        let times = if one.refusals > 1 { format!(" ({} times)", one.refusals) } else { String::new() };
        found =
            found.request(format!("{}: {}{times}", one.name, one.sentence), one.newest_at, &one.newest_id);
    }
    found = found.and_more(refused.len() as u64, WRITES_SHOWN as u64);
    if code == FindingCode::NotDeactivated
        && let [only] = refused
        && let Some(id) = only.resource_id()
    {
        found = with_blocks(found, all, refused).remedy_with(Remedy::OpenPerson, id);
    }
    // One person is no remedy for several.
    let is_meant = |remedy: &&RemedyView| refused.len() == 1 || remedy.kind != Remedy::OpenPerson;
    let found = found.remedy_of(explained.and_then(|explained| explained.remedy.as_ref()).filter(is_meant));
    // A value that is not of its attribute's kind: the mapping decides what is sent.
    let is_mapped = fault.starts_with('`') && groups < refused.len();
    let found = if is_mapped { with_mapping(facts, found) } else { found };
    let found = found.remedy(Remedy::SeeActivity);
    // Of several each has a button, after what is about all of them.
    let is_each = code == FindingCode::NotDeactivated && refused.len() > 1;
    let found = if is_each { with_blocks(found, all, refused) } else { found };
    found.remedy(Remedy::SetAside)
}

/// Whether one of those whose deactivation was refused can still sign in. Who was not named by an id is unknown here, and may.
fn may_sign_in(all: &Facts, refused: &[&RefusedWrite]) -> bool {
    refused.iter().any(|one| one.resource_id().is_none_or(|id| all.blockable.contains(id)))
}

/// A name as it is in the label of a button.
fn short(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// A button for each person whose sign-in can be blocked here; beside the first of many the list of people, where more are
/// selected.
fn with_blocks(mut found: Finding, all: &Facts, refused: &[&RefusedWrite]) -> Finding {
    let people: Vec<(&str, &str)> = refused
        .iter()
        .filter_map(|one| Some((one.resource_id()?, one.name.as_str())))
        .filter(|(id, _)| all.blockable.contains(*id))
        .collect();
    for (id, name) in people.iter().take(BLOCKS_SHOWN) {
        found = found.remedy_with(Remedy::BlockPerson, id);
        if refused.len() > 1 {
            found = found.labelled(format!("Block {} here now", short(name)));
        }
    }
    if people.len() > BLOCKS_SHOWN { found.remedy(Remedy::SeePeople) } else { found }
}

#[cfg(test)]
mod tests;

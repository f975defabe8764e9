//! The rules: each finds one kind of thing in the facts. What a screen, the tray, a notification or the command line shows
//! of a finding is decided here, once.

pub(crate) mod address;
pub(crate) mod attributes;
mod console;
pub(crate) mod duplicates;
#[cfg(test)]
mod given;
pub(crate) mod holds;
pub(crate) mod leavers;
pub(crate) mod log;
pub(crate) mod mass_change;
pub(crate) mod matches;
pub(crate) mod members;
pub(crate) mod observe_first;
pub(crate) mod people;
pub(crate) mod requests;
pub(crate) mod rhythm;
pub(crate) mod server;
pub(crate) mod setup;
pub(crate) mod sleep;
pub(crate) mod tokens;
pub(crate) mod writes;
pub(crate) mod wrong_secrets;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::Finding;

/// A rule about one connection.
type Rule = fn(&ConnectionFacts, &Facts) -> Vec<Finding>;

const OF_CONNECTIONS: [Rule; 16] = [
    tokens::find,
    wrong_secrets::find,
    address::find,
    requests::find,
    writes::find,
    duplicates::find,
    holds::find,
    mass_change::find,
    observe_first::find,
    rhythm::find,
    setup::find,
    people::find,
    leavers::find,
    attributes::find,
    members::find,
    matches::find,
];

/// Everything that is found, the most pressing first.
pub(crate) fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings = server::find(facts);
    findings.extend(log::find(facts));
    findings.extend(facts.workspace.iter().cloned());
    findings.extend(sleep::find(facts));
    for connection in &facts.connections {
        findings.extend(OF_CONNECTIONS.iter().flat_map(|rule| rule(connection, facts)));
    }
    findings.sort_by_key(|one| one.severity);
    findings
}

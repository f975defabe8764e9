//! A set-up to which no request arrives (D1).

use idp::remedy::Remedy;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::FIRST_REQUEST;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let newest = facts
        .usable
        .first()
        .filter(|_| facts.wizard.finished_at.is_none() && facts.last_request_at.is_none());
    let Some(token) = newest.filter(|token| token.created_at + FIRST_REQUEST <= all.now) else {
        return Vec::new();
    };
    if facts.is_put_off() {
        return Vec::new();
    }
    let found = Finding::about(
        &facts.connection,
        FindingCode::NothingArrives,
        Severity::Notice,
        &format!("no request has arrived from {} yet.", facts.idp()),
    )
    .since(Some(token.created_at))
    .evidence(format!("{} was created", token.label), Some(token.created_at))
    .cause(Confidence::Likely, "The connection was not tested in the identity provider yet.")
    .cause(Confidence::Possible, "The identity provider cannot reach the public address.")
    .steps(["Paste endpoint and token there, and press **Test connection**."])
    .remedy(Remedy::CheckAddress)
    .remedy_with(Remedy::CopyEndpoint, &facts.endpoint);
    vec![found]
}

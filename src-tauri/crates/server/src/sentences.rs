//! Sentences for the admin at the other end, and for the activity log here.

use scim::{Comparand, CompareOp, Filter, Node, ResourceType};
use store::ActivityResult;

pub(crate) const UNKNOWN_TOKEN: &str = "The bearer token is not one of this connection's tokens. Copy it again, whole, \
     from the connection in Foundational, or create another one there.";
pub(crate) const REVOKED_TOKEN: &str =
    "The bearer token was revoked in Foundational. Paste the connection's current token.";
pub(crate) const EXPIRED_TOKEN: &str =
    "The bearer token has expired. Create a new one in Foundational and paste it.";
pub(crate) const OTHER_CONNECTION: &str =
    "The bearer token belongs to another connection of this Foundational. Use it with its own endpoint.";
pub(crate) const PLAIN_HTTP: &str = "The request came over plain http. Use the https address that Foundational shows; a \
     reverse proxy must pass X-Forwarded-Proto. The token has been sent in clear: replace it.";
pub(crate) const NOT_ALLOWED: &str = "The request came from an address that is not on the list of this connection in \
     Foundational.";
pub(crate) const LOCAL_ACCOUNT: &str =
    "userName: the value is in use here, and this connection's rule is to refuse it.";
pub(crate) const WAITING_MATCH: &str = "userName: the value is in use here. An Admin of Foundational decides \
     whether it is the same person; try again afterwards.";
pub(crate) const PAUSED: &str = "Provisioning of this connection is paused in Foundational. Try again later.";
/// What stands beside an exchange whose client did not wait for its answer.
pub(crate) const GONE: &str = "The other side went away before the answer was there.";

/// What a refusal is called in the activity log.
pub(crate) fn refused(reason: &str, result: ActivityResult) -> String {
    let headline = idp::reasons::reason(reason).map_or("The fault is ours", |reason| reason.headline);
    match result {
        ActivityResult::Lookup => headline.to_owned(),
        ActivityResult::Failed => format!("Failed. {headline}"),
        _ => format!("Refused. {headline}"),
    }
}

/// "people" or "groups".
pub(crate) const fn plural(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::User => "people",
        ResourceType::Group => "groups",
    }
}

/// The one text that a filter asks for, if that is all it does: `userName eq "ada"`.
pub(crate) fn asked_for(filter: &Filter) -> Option<&str> {
    match &filter.nodes[filter.root] {
        Node::Compare { op: CompareOp::Eq, value: Comparand::String(text), .. } => Some(text),
        _ => None,
    }
}

/// Whether a filter looks one resource up by a value, as providers do before they create.
pub(crate) fn is_lookup(filter: &Filter) -> bool {
    let mut open = vec![filter.root];
    while let Some(index) = open.pop() {
        match &filter.nodes[index] {
            Node::And(left, right) => open.extend([*left, *right]),
            Node::Compare { op: CompareOp::Eq, .. } => {}
            Node::ValuePath { filter, .. } => open.push(*filter),
            _ => return false,
        }
    }
    true
}

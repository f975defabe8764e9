//! Sentences for the admin of the identity provider, and for the activity here.

use std::net::IpAddr;

use idp::reason_code::ReasonCode;
use scim::{CompareOp, Filter, Node, ResourceType};
use store::ActivityResult;

use crate::intent::Intent;
use crate::looked_up;
use crate::refusal::Refusal;

pub(crate) const UNKNOWN_TOKEN: &str = "The token is not one of this connection's tokens. Copy it again, whole, \
     from the connection in Foundational, or create another one there.";
pub(crate) const REVOKED_TOKEN: &str =
    "The token was revoked in Foundational. Paste the connection's current token.";
pub(crate) const EXPIRED_TOKEN: &str =
    "The token has expired. Create a new one in Foundational and paste it.";
pub(crate) const OTHER_CONNECTION: &str =
    "The token belongs to another connection of this Foundational. Use it with its own endpoint.";
pub(crate) const PLAIN_HTTP: &str = "The request arrived over plain http, or the reverse proxy does not say that it arrived \
     over https. Use an address that begins with https; the proxy must pass X-Forwarded-Proto.";
/// Follows [`PLAIN_HTTP`].
pub(crate) const EXPOSED_TOKEN: &str = "The token was sent unencrypted: replace it in Foundational.";
/// Follows [`PLAIN_HTTP`].
pub(crate) const POSSIBLY_EXPOSED_TOKEN: &str =
    "If it arrived over plain http, replace the token in Foundational.";
pub(crate) const NOT_ALLOWED: &str = "The request arrived from an address that is not on the list of this connection in \
     Foundational.";
pub(crate) const LOCAL_ACCOUNT: &str =
    "userName: the value is in use here, and this connection's rule is to refuse it.";
pub(crate) const WAITING_MATCH: &str = "userName: the value is in use here. An Admin of Foundational decides \
     whether it is the same person; try again afterwards.";
/// What to do about a name that a local account has.
pub(crate) const DECIDE: &str = "Decide on the connection's Overview whether it is the same person.";
/// The note on an exchange whose client did not wait for its answer.
pub(crate) const GONE: &str = "The client disconnected before the answer was ready.";

/// The note on an exchange whose client stopped reading its answer.
pub(crate) const GONE_MIDWAY: &str = "The client disconnected before it had received the whole answer.";

/// Follows [`PLAIN_HTTP`] and [`NOT_ALLOWED`] where the headers of a proxy were ignored because it is not trusted.
pub(crate) fn untrusted_proxy(ip: IpAddr) -> String {
    format!("The proxy at {ip} is not in the list of trusted proxies of Foundational.")
}

/// A refusal in the activity: what the request asked for, about which user or group, and why it was refused.
pub(crate) fn refused(refusal: &Refusal, result: ActivityResult, intent: Option<&Intent>) -> String {
    let (cause, verb) =
        (cause(refusal, intent), if result == ActivityResult::Failed { "Failed" } else { "Refused" });
    match (result, intent) {
        (ActivityResult::Lookup, Some(Intent { act: "look up", subject })) => looked_up::not_here(subject),
        (ActivityResult::Lookup, Some(Intent { act, subject })) => {
            format!("Asked to {act} {subject}: not found")
        }
        (ActivityResult::Lookup, None) => cause,
        (_, Some(Intent { act, subject })) => format!("{verb} to {act} {subject}. {cause}"),
        (_, None) => format!("{verb}. {cause}"),
    }
}

/// The name and the cause in the log's sentence on a refused creation, if it is about this name, which is folded.
pub fn refused_creation<'a>(sentence: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let rest = sentence.strip_prefix("Refused to create ")?;
    // A name may have a full stop in it as well.
    let mut readings = rest
        .match_indices(". ")
        .filter_map(|(end, stop)| Some((rest.get(..end)?, rest.get(end + stop.len()..)?)));
    readings.find(|(subject, _)| scim::fold(subject) == name)
}

/// Why, in a few words. What is wrong in the request says more than that something is.
pub(crate) fn cause(refusal: &Refusal, intent: Option<&Intent>) -> String {
    let facts = &refusal.facts;
    let in_use = facts.user_name.as_ref().or(facts.group.as_ref());
    let in_use = in_use.filter(|_| refusal.reason == ReasonCode::Duplicate);
    let is_named = |name: &str| intent.is_some_and(|intent| intent.subject.ends_with(name));
    match (refusal.reason, in_use, &facts.attribute, &facts.kind) {
        (_, Some(name), ..) if is_named(name) => "The name is already in use".to_owned(),
        (_, Some(name), ..) => format!("The name {name} is already in use"),
        (ReasonCode::Invalid, _, Some(attribute), Some(kind)) => match &facts.value {
            Some(value) => format!("`{attribute}` must be {kind}, not {value}"),
            None => format!("`{attribute}` must be {kind}"),
        },
        (ReasonCode::Invalid | ReasonCode::Filter | ReasonCode::Size, ..) => {
            let detail: String = refusal.error.detail.chars().take(160).collect();
            upper(detail.trim_end_matches('.'))
        }
        (code, ..) => code.reason().headline.to_owned(),
    }
}

/// With a capital at its beginning, unless that is the name of an attribute.
fn upper(text: &str) -> String {
    let names = text.split(' ').next().is_some_and(|word| word.ends_with(':'));
    let mut letters = text.chars();
    match letters.next().filter(|_| !names) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text.to_owned(),
    }
}

/// "people" or "groups".
pub(crate) const fn plural(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::User => "people",
        ResourceType::Group => "groups",
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

#[cfg(test)]
mod tests {
    use super::*;
    use scim::ScimType;

    #[test]
    fn a_refused_creation_is_read_from_the_sentence() {
        let refusal = Refusal::from(scim::Error::bad_request(
            ScimType::InvalidValue,
            "title: it is too long. Shorten it.",
        ));
        for name in ["ada@example.com", "Dr. Ada B. Lovelace"] {
            let intent = Intent { act: "create", subject: name.to_owned() };
            let sentence = refused(&refusal, ActivityResult::Refused, Some(&intent));
            let cause = "title: it is too long. Shorten it";
            assert_eq!(refused_creation(&sentence, &scim::fold(name)), Some((name, cause)), "{sentence}");
            assert_eq!(refused_creation(&sentence, "ada"), None, "{sentence}");
        }
        assert_eq!(refused_creation("Refused to change ada. No", "ada"), None);
    }
}

//! Sentences for the admin at the other end, and for the activity log here.

use scim::{CompareOp, Filter, Node, ResourceType};

pub(crate) const UNKNOWN_TOKEN: &str = "The bearer token is not one of this connection's tokens. Copy it again, whole, \
     from the connection in Foundational, or create another one there.";
pub(crate) const REVOKED_TOKEN: &str =
    "The bearer token was revoked in Foundational. Paste the connection's current token.";
pub(crate) const EXPIRED_TOKEN: &str =
    "The bearer token has expired. Create a new one in Foundational and paste it.";
pub(crate) const OTHER_CONNECTION: &str =
    "The bearer token belongs to another connection of this Foundational. Use it with its own endpoint.";
pub(crate) const PLAIN_HTTP: &str = "The request came over plain http. Use the https address that Foundational shows; a \
     reverse proxy must pass X-Forwarded-Proto. The token has been sent in clear: rotate it.";
pub(crate) const PAUSED: &str = "Provisioning of this connection is paused in Foundational. Try again later.";

/// Why no token could be read from the Authorization header.
pub(crate) fn unreadable_token(refusal: &idp::auth::Refusal) -> String {
    match refusal {
        idp::auth::Refusal::Missing => {
            "No bearer token was sent. Send the connection's token as \"Authorization: Bearer <token>\"."
                .to_owned()
        }
        idp::auth::Refusal::Scheme(scheme) => {
            format!(
                "The token was sent with the scheme {scheme}; send it as \"Authorization: Bearer <token>\"."
            )
        }
        idp::auth::Refusal::EntraJwt => {
            "Azure signed this request itself, because its secret token is empty. Paste the \
             connection's token there."
                .to_owned()
        }
        idp::auth::Refusal::Unreadable => {
            "What was sent is no token of Foundational. Copy the token again, whole and without line breaks."
                .to_owned()
        }
    }
}

/// What a refusal is called in the activity log.
pub(crate) fn refused(reason: &str) -> &'static str {
    match reason {
        "auth.missing" => "Refused: no token was sent",
        "auth.scheme" => "Refused: the token was not sent as a Bearer token",
        "auth.entra_jwt" => "Refused: Azure signed with its own key, its secret token is empty",
        "auth.unreadable" => "Refused: what was sent is no token of ours",
        "auth.unknown" => "Refused: the token is not known",
        "auth.expired" => "Refused: the token has expired",
        "auth.revoked" => "Refused: the token was revoked",
        "perm.wrong_connection" => "Refused: the token belongs to another connection",
        "perm.plain_http" => "Refused: the request did not come over HTTPS",
        "perm.protected_admin" => "Refused: this is the last local Admin",
        "conn.paused" => "Put off: the connection is paused",
        "data.duplicate" => "Refused: somebody has this name already",
        "data.filter" => "Refused: the filter was not understood",
        "data.version" => "Refused: it had changed in the meantime",
        "data.size" => "Refused: the request is too large",
        "data.invalid" => "Refused: the request was not understood",
        "path.unknown" => "Refused: there is no such address",
        "path.method" => "Refused: this address does not take that method",
        "notfound" => "Not found: nobody here has this id",
        "busy" => "Put off: Foundational was busy",
        _ => "Failed: the fault is ours",
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

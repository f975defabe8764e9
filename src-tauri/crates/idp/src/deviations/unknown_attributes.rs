//! Attributes that are in no schema, in a PATCH.
//!
//! A create ignores what it does not know (RFC 7643 section 2.5 leaves that to the server). Entra patches custom
//! extensions as soon as an admin maps them (Entra docs, attribute customisation), authentik patches with whole
//! groups. If one unknown attribute made the PATCH fail, nothing of that person would be updated any more, so it is
//! ignored there too, and recorded.
//!
//! Only two forms are ignored: a key in a value without path, and a path below the URN of an unknown schema. A
//! wrong name in a path of its own is an error that the client must see, and so is a near miss of a known name: its value
//! could have been stored.

use scim::is_near_miss;
use serde_json::{Map, Value};

use super::context::{Context, Operations, text};
use crate::deviation::Deviation;
use crate::resolved_path::split_urn;

/// Unknown here.
pub(crate) const UNKNOWN: Deviation = Deviation {
    code: "patch.unknown",
    title: "Attributes that are in no schema",
    senders: "Azure (custom extensions), authentik",
    source: "Entra docs, attribute customisation; source of authentik",
    rule: "RFC 7644 section 3.5.2",
    answer: "Ignored; everything else was saved",
};

/// Drops operations below unknown schemas.
pub(crate) fn paths(context: &mut Context<'_>, operations: &mut Operations) {
    operations.retain(|map| {
        let path = text(map, "path").unwrap_or_default();
        let unknown = is_urn(path)
            && split_urn(context.registry, context.kind, path).0.is_none()
            && !is_near_miss(context.registry, context.kind, path);
        if unknown {
            record(context, path);
        }
        !unknown
    });
}

/// A PATCH of which nothing is left is one that changes nothing.
pub(crate) fn fill_empty_message(operations: &mut Operations) {
    if operations.is_empty() {
        let mut nothing = Map::new();
        nothing.insert("op".to_owned(), "replace".into());
        nothing.insert("value".to_owned(), Value::Object(Map::new()));
        operations.push(nothing);
    }
}

fn is_urn(path: &str) -> bool {
    path.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// Normalisations a name. It is cut, because a client may send anything as a key.
pub(crate) fn record(context: &mut Context<'_>, name: &str) {
    let short: String = name.chars().filter(|character| !character.is_control()).take(80).collect();
    context.normalised(&UNKNOWN, &format!("sent {short}, which is not in our schemas; it was ignored."));
}

//! Leaving members named in the value instead of the path.
//!
//! Entra's default job, `JumpCloud` and authentik take a member away by `{"op": "Remove", "path": "members", "value":
//! [{"value": "u-3"}]}` (Entra docs; source of authentik). Read by the letter, the path says "all members" and the
//! value nothing: servers that did so emptied groups. `scim` takes such a value as exactly those members; here the
//! value is brought into form and the liberty noted.

use serde_json::{Map, Value};

use super::{Context, Operations, Quirk, text};
use crate::place::Place;

/// The value says who leaves.
pub(crate) const BY_VALUE: Quirk = Quirk {
    code: "members.remove_by_value",
    title: "Members removed by a value instead of a path filter",
    senders: "Azure without the aadOptscim062020 flag, JumpCloud, authentik",
    source: "Entra docs, SCIM compatibility; source of authentik",
    rule: "RFC 7644 section 3.5.2.2",
    answer: "Only the members named leave",
};

/// Notes removals by value, and gives a path to those without one.
pub(crate) fn removals(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations.iter_mut().filter(|map| text(map, "op") == Some("remove")) {
        give_path(map);
        let names_members = text(map, "path")
            .and_then(|path| Place::resolve(context.registry, context.kind, path))
            .is_some_and(|place| place.is_members() && place.filter.is_none() && place.sub.is_none());
        if names_members && map.get("value").is_some_and(|value| !value.is_null()) {
            context.notes.add(&BY_VALUE, "removed members by a value; only the members named left.");
        }
    }
}

/// `{"op": "remove", "value": {"members": […]}}` names members just as well, and nothing else.
fn give_path(map: &mut Map<String, Value>) {
    if map.contains_key("path") {
        return;
    }
    let Some(Value::Object(value)) = map.get_mut("value") else { return };
    if value.len() != 1 || !value.get("members").is_some_and(Value::is_array) {
        return;
    }
    let members = value.get_mut("members").map(Value::take).unwrap_or_default();
    map.insert("value".to_owned(), members);
    map.insert("path".to_owned(), "members".into());
}

//! Leaving members named in the value instead of the path, and ids in another form than the one they were given in.
//!
//! Entra's default job, `JumpCloud` and authentik take a member away by `{"op": "Remove", "path": "members", "value":
//! [{"value": "u-3"}]}` (Entra docs; source of authentik). Read by the letter, the path says "all members" and the
//! value nothing: servers that did so emptied groups. `scim` takes such a value as exactly those members; here the
//! value is brought into form and the liberty noted.

use scim::is_id;
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
    answer: "Only the named members are removed",
};

/// An id in a form that can only mean one of ours.
pub(crate) const ID_FORM: Quirk = Quirk {
    code: "members.id_form",
    title: "A member's id in capitals, in braces or as an address",
    senders: "Keycloak extension (Users/<id>), clients that keep ids as .NET GUIDs",
    source: "Source of keycloak-scim; common forms of a GUID",
    rule: "RFC 7643 section 3.1",
    answer: "Read as the id, never as a userName, an e-mail address or a display name. What cannot be an id is refused",
};

/// The id that a text of one of these forms stands for; none if it is an id already or anything else.
pub(crate) fn id(context: &mut Context<'_>, text: &str) -> Option<String> {
    let path = context.base.len();
    let below = match text.get(..path) {
        Some(start) if path > 0 && start.eq_ignore_ascii_case(context.base) => &text[path..],
        _ => text,
    };
    let below = below.strip_prefix('/').unwrap_or(below);
    let named =
        ["Users/", "Groups/"].iter().find_map(|endpoint| below.strip_prefix(endpoint)).unwrap_or(text);
    let bare = named.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(named);
    let id = bare.to_ascii_lowercase();
    if id == text || !is_id(&id) {
        return None;
    }
    context.notes.add(&ID_FORM, "wrote a member's id in another form; it was read as the id.");
    Some(id)
}

/// Brings the id in an element of `members` into its form.
pub(crate) fn element(context: &mut Context<'_>, parts: &mut Map<String, Value>) {
    let value = parts.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("value"));
    if let Some((_, Value::String(text))) = value
        && let Some(id) = id(context, text)
    {
        *text = id;
    }
}

/// Notes removals by value, and gives a path to those without one.
pub(crate) fn removals(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations.iter_mut().filter(|map| text(map, "op") == Some("remove")) {
        give_path(map);
        let names_members = text(map, "path")
            .and_then(|path| Place::resolve(context.registry, context.kind, path))
            .is_some_and(|place| place.is_members() && place.filter.is_none() && place.sub.is_none());
        if names_members && map.get("value").is_some_and(|value| !value.is_null()) {
            context.notes.add(&BY_VALUE, "removed members by a value; only the named members were removed.");
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

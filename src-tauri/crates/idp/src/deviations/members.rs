//! Members removed by a value instead of a path filter, and ids in another form than the server's.
//!
//! Entra's default job, `JumpCloud` and authentik remove a member by `{"op": "Remove", "path": "members", "value":
//! [{"value": "u-3"}]}` (Entra docs; source of authentik). Read literally, the path names all members and the value is
//! ignored: servers that did so emptied groups. `scim` reads such a value as exactly those members; here the
//! value is brought into form and the deviation recorded.

use scim::is_id;
use serde_json::{Map, Value};

use super::context::{Context, Operations, text};
use crate::deviation::Deviation;
use crate::resolved_path::ResolvedPath;

/// The value names the members to remove.
pub(crate) const BY_VALUE: Deviation = Deviation {
    code: "members.remove_by_value",
    title: "Members removed by a value instead of a path filter",
    senders: "Azure without the aadOptscim062020 flag, JumpCloud, authentik",
    source: "Entra docs, SCIM compatibility; source of authentik",
    rule: "RFC 7644 section 3.5.2.2",
    answer: "Only the named members are removed",
};

/// An id in a form that only one of ours can have.
pub(crate) const ID_FORM: Deviation = Deviation {
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
    context.normalised(&ID_FORM, "wrote a member's id in another form; it was read as the id.");
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

/// Normalisations removals by value, and gives a path to those without one.
pub(crate) fn removals(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations.iter_mut().filter(|map| text(map, "op") == Some("remove")) {
        set_members_path(map);
        let names_members = text(map, "path")
            .and_then(|path| ResolvedPath::resolve(context.registry, context.kind, path))
            .is_some_and(|place| place.is_members() && place.filter.is_none() && place.sub.is_none());
        if names_members && map.get("value").is_some_and(|value| !value.is_null()) {
            context.normalised(&BY_VALUE, "removed members by a value; only the named members were removed.");
        }
    }
}

/// `{"op": "remove", "value": {"members": […]}}` names members too, and nothing else.
fn set_members_path(map: &mut Map<String, Value>) {
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

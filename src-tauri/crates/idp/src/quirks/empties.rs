//! `""` and `null` for "take it away".
//!
//! Microsoft's gallery tests patch a mapped attribute with `""` and then with `null`, and want it empty afterwards;
//! Okta's test plan pushes empty values and wants no error (Microsoft's validation overview; Okta's test plan). The
//! RFC has `remove` for it, and counts null as unassigned.
//!
//! Three kinds of attribute are left alone. A required one cannot be taken away. A list would lose more than was
//! named. And `active` without a value would count as true, so nothing may empty it by the way: null leaves it as it is.

use scim::schema::{Mutability, Type};
use scim::{Attribute, ResourceType};
use serde_json::{Map, Value};

use super::{Context, Operations, Quirk, text};
use crate::place::Place;

/// Cleared by an empty value.
pub(crate) const CLEAR: Quirk = Quirk {
    code: "value.empty",
    title: "An attribute cleared with an empty text or null",
    senders: "Okta, Microsoft's gallery tests, Entra validator",
    source: "Microsoft's validation overview; Okta's SCIM test plan",
    rule: "RFC 7643 section 2.5",
    answer: "Treated as a removal of that attribute",
};

/// Turns such operations into removals.
pub(crate) fn operations(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations {
        if !matches!(text(map, "op"), Some("add" | "replace")) {
            continue;
        }
        let place = text(map, "path").and_then(|path| Place::resolve(context.registry, context.kind, path));
        let (Some(place), Some(value)) = (place, map.get("value")) else { continue };
        let one = !place.top.multi_valued || (place.filter.is_some() && place.sub.is_some());
        if one && clears(place.leaf(), value) {
            note(context, &place.path());
            map.insert("op".to_owned(), "remove".into());
            map.shift_remove("value");
        }
    }
}

/// Drops null where it says nothing: `active`, without which a reader would take a leaver for active, and `members`
/// among the parts of a group, where the letter of the RFC would empty it.
pub(crate) fn unsaid(context: &mut Context<'_>, operations: &mut Operations) {
    let silent = match context.kind {
        ResourceType::User => "active",
        ResourceType::Group => "members",
    };
    let (registry, kind) = (context.registry, context.kind);
    let is_silent =
        |name: &str| registry.attribute(kind, name).is_some_and(|attribute| attribute.name == silent);
    let mut dropped = false;
    operations.retain_mut(|map| {
        if !matches!(text(map, "op"), Some("add" | "replace")) {
            return true;
        }
        match (text(map, "path").map(str::to_owned), map.get_mut("value")) {
            // Whoever names the members in a path and replaces them by null means it.
            (Some(path), Some(Value::Null)) if kind == ResourceType::User && is_silent(&path) => {
                dropped = true;
                false
            }
            (None, Some(Value::Object(parts))) => {
                let before = parts.len();
                parts.retain(|name, value| !(value.is_null() && is_silent(name)));
                dropped |= parts.len() < before;
                true
            }
            _ => true,
        }
    });
    if dropped {
        context.notes.add(&CLEAR, &format!("sent {silent} empty; it stayed as it was."));
    }
}

/// Whether a value says that the attribute is to be taken away.
pub(crate) fn clears(attribute: &Attribute, value: &Value) -> bool {
    let optional = !attribute.required
        && !attribute.multi_valued
        && attribute.kind != Type::Boolean
        && !matches!(attribute.mutability, Mutability::ReadOnly | Mutability::WriteOnly);
    optional && (value.is_null() || (!attribute.is_complex() && value.as_str() == Some("")))
}

/// Takes the parts out of an object that say so, and names them.
pub(crate) fn drain(attribute: &Attribute, parts: &mut Map<String, Value>) -> Vec<String> {
    let mut cleared = Vec::new();
    parts.retain(|name, value| {
        let Some(sub) = attribute.sub(name).filter(|sub| clears(sub, value)) else { return true };
        cleared.push(sub.name.clone());
        false
    });
    cleared
}

/// Takes what is empty out of a whole attribute, as Okta's profile push sends it. Answers whether nothing is left, so
/// that the attribute itself is to go. An element of a list whose own value is empty says nothing any more.
pub(crate) fn whole(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) -> bool {
    // Null stands for "not told" as often as for "nobody", and the second reading would empty a group. An empty list
    // says it without doubt. The server notes that the members stayed.
    if value.is_null() && attribute.name == "members" {
        return true;
    }
    let empty_text = |value: &Value| value.as_str() == Some("");
    if empty_text(value) && clears(attribute, value) {
        note(context, &attribute.name);
        return true;
    }
    match value {
        Value::Object(parts) if !attribute.multi_valued => drain_texts(context, attribute, parts),
        Value::Array(items) if attribute.sub("value").is_some() => {
            let before = items.len();
            items.retain(|item| !item.get("value").is_some_and(empty_text));
            if items.len() < before {
                note(context, &attribute.name);
            }
            for parts in items.iter_mut().filter_map(Value::as_object_mut) {
                drain_texts(context, attribute, parts);
            }
        }
        _ => {}
    }
    false
}

fn drain_texts(context: &mut Context<'_>, attribute: &Attribute, parts: &mut Map<String, Value>) {
    let is_cleared = |name: &str, value: &Value| {
        value.as_str() == Some("") && attribute.sub(name).is_some_and(|sub| clears(sub, value))
    };
    let before = parts.len();
    parts.retain(|name, value| !is_cleared(name, value));
    if parts.len() < before {
        note(context, &attribute.name);
    }
}

pub(crate) fn note(context: &mut Context<'_>, path: &str) {
    let shown = path.rsplit(':').next().unwrap_or(path);
    let shown = shown.split('[').next().unwrap_or(shown);
    context.notes.add(&CLEAR, &format!("sent {shown} empty; it was removed."));
}

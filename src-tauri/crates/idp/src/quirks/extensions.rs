//! Attributes of an extension by their bare name, and an extension as a path.
//!
//! Older Entra jobs patch the path `manager` (Entra docs, older examples); small clients patch `department`. Others
//! name the URN of the extension alone and give an object.

use scim::schema::Mutability;
use serde_json::{Map, Value};

use super::{Context, Operations, Quirk, operation, text};
use crate::place::{only_extension_with, path_of};

/// An extension's attribute without the URN.
pub(crate) const UNQUALIFIED: Quirk = Quirk {
    code: "path.unqualified",
    title: "An extension's attribute without its URN",
    senders: "Azure, older jobs (manager)",
    source: "Entra docs, older examples",
    rule: "RFC 7644 section 3.10",
    answer: "Read as the attribute of the only extension that has it",
};

/// The URN of an extension as the whole path.
pub(crate) const WHOLE: Quirk = Quirk {
    code: "path.extension",
    title: "A whole extension as the path",
    senders: "Home-made clients",
    source: "Common reading of the RFC",
    rule: "RFC 7644 section 3.5.2",
    answer: "Applied to the attributes named; a removal clears the extension's attributes",
};

/// Rights such paths.
pub(crate) fn paths(context: &mut Context<'_>, operations: &mut Operations) {
    let mut out = Vec::with_capacity(operations.len());
    for mut map in std::mem::take(operations) {
        let path = text(&map, "path").unwrap_or_default().to_owned();
        if let Some(right) = qualified(context, &path) {
            map.insert("path".to_owned(), right.into());
        }
        match extension_only(context, &path) {
            Some(urn) => out.extend(whole(context, map, urn)),
            None => out.push(map),
        }
    }
    *operations = out;
}

/// The path with its URN, if it lacks one. Noted.
pub(crate) fn qualified(context: &mut Context<'_>, path: &str) -> Option<String> {
    let end = path.find(['[', '.']).unwrap_or(path.len());
    let urn = only_extension_with(context.registry, context.kind, &path[..end])?;
    context.notes.add(&UNQUALIFIED, &format!("named {} without the URN of its extension.", &path[..end]));
    Some(path_of(Some(urn), path))
}

/// The id of a schema of this kind of resource, as the registry writes it.
pub(crate) fn id(context: &Context<'_>, urn: &str) -> Option<String> {
    let core = &context.registry.core(context.kind).id;
    if core.eq_ignore_ascii_case(urn) {
        return Some(core.clone());
    }
    context.registry.extension(context.kind, urn).map(|schema| schema.id.clone())
}

fn extension_only(context: &Context<'_>, path: &str) -> Option<String> {
    context.registry.extension(context.kind, path).map(|schema| schema.id.clone())
}

fn whole(context: &mut Context<'_>, mut map: Map<String, Value>, urn: String) -> Operations {
    if text(&map, "op") == Some("remove") {
        context.notes.add(&WHOLE, "removed a whole extension.");
        let attributes =
            context.registry.extension(context.kind, &urn).map_or(&[][..], |schema| &schema.attributes);
        return attributes
            .iter()
            .filter(|attribute| attribute.mutability != Mutability::ReadOnly)
            .map(|attribute| operation("remove", path_of(Some(&urn), &attribute.name), None))
            .collect();
    }
    if let Some(Value::Object(_)) = map.get("value") {
        context.notes.add(&WHOLE, "named a whole extension as the path.");
        let inner = map.get_mut("value").map(Value::take).unwrap_or_default();
        let mut value = Map::new();
        value.insert(urn, inner);
        map.insert("value".to_owned(), Value::Object(value));
        map.shift_remove("path");
    }
    vec![map]
}

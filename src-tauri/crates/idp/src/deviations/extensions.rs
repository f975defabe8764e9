//! Attributes of an extension by their bare name, and an extension as a path.
//!
//! Older Entra jobs patch the path `manager` (Entra docs, older examples); small clients patch `department`. Others
//! name the URN of the extension alone and give an object.

use scim::schema::Mutability;
use serde_json::{Map, Value};

use super::context::{Context, Operations, operation, text};
use super::{schema_object, schemas};
use crate::deviation::Deviation;
use crate::resolved_path::{ResolvedPath, only_extension_with, path_of, strip_prefix_ignore_case};

/// An extension's attribute without the URN.
pub(crate) const UNQUALIFIED: Deviation = Deviation {
    code: "path.unqualified",
    title: "An extension's attribute without its URN",
    senders: "Azure, older jobs (manager)",
    source: "Entra docs, older examples",
    rule: "RFC 7644 section 3.10",
    answer: "Read as the attribute of the only extension that has it",
};

/// The URN of an extension as the whole path.
pub(crate) const WHOLE: Deviation = Deviation {
    code: "path.extension",
    title: "A whole extension as the path",
    senders: "Home-made clients",
    source: "Common reading of the RFC",
    rule: "RFC 7644 section 3.5.2",
    answer: "Applied to the attributes named; a removal, or a replacement by null, clears the extension's attributes",
};

/// A dot where the URN of a schema ends.
pub(crate) const DOTTED: Deviation = Deviation {
    code: "path.dotted_urn",
    title: "A dot between the URN and the attribute",
    senders: "Azure, older attribute mappings",
    source: "Entra docs, older examples",
    rule: "RFC 7644 section 3.10",
    answer: "Read as a colon",
};

/// Corrects such paths.
pub(crate) fn paths(context: &mut Context<'_>, operations: &mut Operations) {
    let mut out = Vec::with_capacity(operations.len());
    for mut map in std::mem::take(operations) {
        let mut path = text(&map, "path").unwrap_or_default().to_owned();
        if let Some(right) = corrected(context, &path) {
            map.insert("path".to_owned(), right.clone().into());
            path = right;
        }
        if let Some(right) = qualified(context, &path) {
            map.insert("path".to_owned(), right.into());
        }
        match id(context, &path) {
            Some(urn) => out.extend(whole(context, map, urn)),
            None => out.push(map),
        }
    }
    *operations = out;
}

/// The path with its URN, if it lacks one. Recorded.
pub(crate) fn qualified(context: &mut Context<'_>, path: &str) -> Option<String> {
    let end = path.find(['[', '.']).unwrap_or(path.len());
    let urn = only_extension_with(context.registry, context.kind, &path[..end])?;
    context.normalised(&UNQUALIFIED, &format!("named {} without the URN of its extension.", &path[..end]));
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

/// The correct name for one whose URN ends in a dot (`…:2.0:User.department`) or lacks its last colon
/// (`…:2.0User:department`); none unless what follows is an attribute of that schema. Recorded.
pub(crate) fn corrected(context: &mut Context<'_>, name: &str) -> Option<String> {
    let (registry, kind) = (context.registry, context.kind);
    let schemas = std::iter::once(registry.core(kind)).chain(registry.extensions(kind));
    for id in schemas.map(|schema| schema.id.as_str()) {
        let misspelt = id.rsplit_once(':').map(|(start, end)| format!("{start}{end}")).unwrap_or_default();
        for (form, deviation) in [(id, &DOTTED), (misspelt.as_str(), &schemas::MISSPELT)] {
            let Some(rest) = strip_prefix_ignore_case(name, form).filter(|_| !form.is_empty()) else {
                continue;
            };
            let right = match rest.strip_prefix(['.', ':']) {
                None if rest.is_empty() && form != id => id.to_owned(),
                Some(attribute) if form != id || rest.starts_with('.') => path_of(Some(id), attribute),
                _ => continue,
            };
            if right == id || ResolvedPath::resolve(registry, kind, &right).is_some() {
                let text = if form == id { DOTTED_TEXT } else { schemas::MISSPELT_TEXT };
                context.normalised(deviation, text);
                return Some(right);
            }
        }
    }
    None
}

const DOTTED_TEXT: &str = "wrote a dot after the URN of a schema; it was read as a colon.";

/// An operation on everything that a schema has.
fn whole(context: &mut Context<'_>, mut map: Map<String, Value>, urn: String) -> Operations {
    let value = map.get_mut("value").map(|value| {
        schema_object::shape(context, &urn, value);
        &*value
    });
    let empty = value.is_none_or(|value| value.is_null() || value.as_str() == Some(""));
    let is_core = urn == context.registry.core(context.kind).id;
    match (text(&map, "op"), map.get("value")) {
        (Some("remove" | "replace"), value) if !is_core && empty && (value.is_some() || is_removal(&map)) => {
            context.normalised(&WHOLE, "removed a whole extension.");
            removable_paths(context, &urn).into_iter().map(|path| operation("remove", path, None)).collect()
        }
        (Some("remove"), Some(Value::Object(parts))) => {
            context.normalised(
                &WHOLE,
                "removed parts of a schema by a value; only the named parts were removed.",
            );
            let prefix = Some(urn.as_str()).filter(|_| !is_core);
            let removal = |(name, value): (&String, &Value)| {
                operation(
                    "remove",
                    path_of(prefix, name),
                    Some(value.clone()).filter(|value| !value.is_null()),
                )
            };
            parts.iter().map(removal).collect()
        }
        (Some("add" | "replace"), Some(Value::Object(_))) => {
            context.normalised(&WHOLE, "named a whole schema as the path.");
            let inner = map.get_mut("value").map(Value::take).unwrap_or_default();
            let value = if is_core { inner } else { Value::Object(Map::from_iter([(urn, inner)])) };
            map.insert("value".to_owned(), value);
            map.shift_remove("path");
            vec![map]
        }
        _ => vec![map],
    }
}

fn is_removal(map: &Map<String, Value>) -> bool {
    text(map, "op") == Some("remove")
}

/// The paths of all that a client can remove from an extension.
pub(crate) fn removable_paths(context: &Context<'_>, urn: &str) -> Vec<String> {
    let attributes =
        context.registry.extension(context.kind, urn).map_or(&[][..], |schema| &schema.attributes);
    attributes
        .iter()
        .filter(|attribute| attribute.mutability != Mutability::ReadOnly)
        .map(|attribute| path_of(Some(urn), &attribute.name))
        .collect()
}

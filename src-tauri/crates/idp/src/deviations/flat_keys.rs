//! Operations without a path whose value has keys that are paths.
//!
//! With the aadOptscim062020 flag Entra merges everything it can into one operation without path and flat keys:
//! `name.givenName`, `urn:…:User:department` (Entra docs, compatibility). `emails.value` was seen there, meaning one
//! e-mail and not all of them (SCIM-SDK, its rebuilder for such values). Each such key becomes an operation of its
//! own, because a path names exactly what is changed.

use scim::schema::Mutability;
use scim::{Attribute, is_near_miss};
use serde_json::{Map, Value};

use super::context::{Context, Operations, operation, text};
use super::{elements, extensions, operation_names, read_only, schema_object, schemas, unknown_attributes};
use crate::deviation::Deviation;
use crate::resolved_path::{ResolvedPath, only_extension_with, path_of, split_urn};

/// Keys that are paths.
pub(crate) const FLAT_KEYS: Deviation = Deviation {
    code: "patch.flat_keys",
    title: "Flat keys such as name.givenName or URN:department in a value",
    senders: "Azure with the aadOptscim062020 flag",
    source: "Entra docs, SCIM compatibility; SCIM-SDK",
    rule: "RFC 7644 section 3.5.2.1",
    answer: "Each key is applied as a path",
};

/// A key that names a part of "the" element of a list.
pub(crate) const ELEMENT_KEYS: Deviation = Deviation {
    code: "patch.element_keys",
    title: "emails.value as the key of one e-mail",
    senders: "Azure with the aadOptscim062020 flag",
    source: "SCIM-SDK, patch workarounds",
    rule: "RFC 7644 section 3.5.2.1",
    answer: "Applied to the element of the type given, else to the primary one",
};

/// Splits such operations.
pub(crate) fn expand(context: &mut Context<'_>, operations: &mut Operations) {
    let mut out = Vec::with_capacity(operations.len());
    for mut map in std::mem::take(operations) {
        drop_empty_path(context, &mut map);
        let name = text(&map, "op").unwrap_or_default().to_owned();
        let expands = matches!(name.as_str(), "add" | "replace") && !map.contains_key("path");
        let Some(Value::Object(value)) = map.get_mut("value").filter(|_| expands) else {
            out.push(map);
            continue;
        };
        schemas::extension_keys(context, value);
        let mut parts = Parts { op: &name, rest: Map::new(), extra: Vec::new(), elements: Vec::new() };
        for (key, value) in std::mem::take(value) {
            parts.take(context, key, value);
        }
        parts.finish_elements(context);
        let Parts { rest, extra, .. } = parts;
        let remains = !rest.is_empty() || extra.is_empty();
        *value = rest;
        if remains {
            out.push(map);
        }
        out.extend(extra);
    }
    *operations = out;
}

/// The keys of one value: those that remain in it, and the operations made of the others.
struct Parts<'o> {
    op: &'o str,
    rest: Map<String, Value>,
    extra: Operations,
    elements: Vec<(String, Map<String, Value>)>,
}

impl Parts<'_> {
    fn take(&mut self, context: &mut Context<'_>, key: String, mut value: Value) {
        if let Some(attribute) = context.registry.attribute(context.kind, &key) {
            if read_only::skips(context, attribute) {
                return;
            }
            elements::whole(context, attribute, &mut value);
            self.rest.insert(key, value);
            return;
        }
        let key = extensions::corrected(context, &key).unwrap_or(key);
        let Some(urn) = extensions::id(context, &key) else {
            self.take_path(context, &key, value);
            return;
        };
        schema_object::shape(context, &urn, &mut value);
        let is_core = urn == context.registry.core(context.kind).id;
        match value {
            Value::Object(inner) if is_core => {
                context.normalised(&FLAT_KEYS, "put core attributes below the URN of their schema.");
                for (key, value) in inner {
                    self.take(context, key, value);
                }
            }
            Value::Object(inner) => self.take_extension(context, key, &urn, inner),
            // Null has no meaning for the core schema as a whole; it removes an extension.
            Value::Null if is_core => {}
            Value::String(empty) if empty.is_empty() && !is_core => {
                self.rest.insert(key, Value::Null);
            }
            // `scim` refuses it.
            other => drop(self.rest.insert(key, other)),
        }
    }

    fn take_extension(
        &mut self,
        context: &mut Context<'_>,
        key: String,
        urn: &str,
        inner: Map<String, Value>,
    ) {
        let mut retained = Map::new();
        let is_empty = inner.is_empty();
        for (name, mut value) in inner {
            let attribute =
                context.registry.extension(context.kind, urn).and_then(|schema| schema.attribute(&name));
            let Some(attribute) = attribute else {
                let path = path_of(Some(urn), &name);
                let writable = |attribute: &Attribute| attribute.mutability != Mutability::ReadOnly;
                if ResolvedPath::resolve(context.registry, context.kind, &path).is_some() {
                    self.take_path(context, &path, value);
                } else if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
                    // The URN once more, or that of another schema.
                    self.take(context, name, value);
                } else if context.registry.attribute(context.kind, &name).is_some_and(writable)
                    || is_near_miss(context.registry, context.kind, &name)
                {
                    // An attribute of another schema, or a near miss of one: `scim` refuses it.
                    retained.insert(name, value);
                } else {
                    unknown_attributes::record(context, &name);
                }
                continue;
            };
            elements::whole(context, attribute, &mut value);
            retained.insert(name, value);
        }
        // Where the URN was inside once more, its attributes are here already.
        let known = self.rest.keys().find(|known| known.eq_ignore_ascii_case(&key)).cloned();
        match known.and_then(|known| self.rest.get_mut(&known)) {
            Some(Value::Object(others)) => others.extend(retained),
            _ if retained.is_empty() && !is_empty => {}
            _ => drop(self.rest.insert(key, Value::Object(retained))),
        }
    }

    /// A key that is no attribute's name: a path, or unknown.
    fn take_path(&mut self, context: &mut Context<'_>, key: &str, value: Value) {
        let path = extensions::qualified(context, key).unwrap_or_else(|| key.to_owned());
        let Some(place) = ResolvedPath::resolve(context.registry, context.kind, &path) else {
            if is_near_miss(context.registry, context.kind, key) {
                // A near miss, whose value could have been stored: `scim` refuses it.
                self.rest.insert(key.to_owned(), value);
            } else {
                unknown_attributes::record(context, key);
            }
            return;
        };
        if place.top.multi_valued
            && place.filter.is_none()
            && let Some(sub) = place.sub
        {
            let name = path_of(place.urn, &place.top.name);
            let at = self.elements.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                self.elements.push((name, Map::new()));
                self.elements.len() - 1
            });
            self.elements[at].1.insert(sub.name.clone(), value);
            return;
        }
        if path == key {
            let urn = split_urn(context.registry, context.kind, key).0;
            let form = if urn.is_some() { "the full URN of an attribute" } else { "a path" };
            context.normalised(&FLAT_KEYS, &format!("used {form} as a key."));
        }
        self.extra.push(operation(self.op, place.path(), Some(value)));
    }

    /// Makes operations of keys such as `emails.value`. They touch one element and never the list.
    fn finish_elements(&mut self, context: &mut Context<'_>) {
        for (name, mut element) in std::mem::take(&mut self.elements) {
            context.normalised(
                &ELEMENT_KEYS,
                &format!("changed part of one of the {name} without saying which one."),
            );
            let attribute =
                ResolvedPath::resolve(context.registry, context.kind, &name).map(|place| place.top);
            let has = |sub: &str| attribute.is_some_and(|attribute| attribute.sub(sub).is_some());
            let which = match element.get("type") {
                Some(kind @ Value::String(_)) if element.len() > 1 => Some(format!("type eq {kind}")),
                _ if has("primary") => Some("primary eq true".to_owned()),
                _ => None,
            };
            let Some(which) = which else {
                let list = Value::Array(vec![Value::Object(element)]);
                self.extra.push(operation("add", name, Some(list)));
                continue;
            };
            if which.starts_with("type") {
                element.shift_remove("type");
            }
            for (sub, value) in element {
                self.extra.push(operation(self.op, format!("{name}[{which}].{sub}"), Some(value)));
            }
        }
    }
}

/// A path of null or an empty one is no path.
fn drop_empty_path(context: &mut Context<'_>, map: &mut Map<String, Value>) {
    match map.get("path") {
        Some(Value::Null) => {}
        Some(Value::String(path)) if path.is_empty() => {
            context.normalised(&operation_names::KEYS, "sent an empty path; it was read as no path.");
        }
        _ => return,
    }
    map.shift_remove("path");
}

/// Puts flat keys of a whole resource where they belong: `name.givenName` below `name`, `URN:department` below the
/// extension. Lists are not changed, because a flat key does not name an element. Returns whether a key was moved.
pub(crate) fn nest(context: &mut Context<'_>, body: &mut Map<String, Value>) -> bool {
    let flat: Vec<(String, Vec<String>)> =
        body.keys().filter_map(|key| Some((key.clone(), nested(context, key)?))).collect();
    let mut is_changed = false;
    for (key, steps) in flat {
        let Some(value) = body.shift_remove(&key) else { continue };
        context.normalised(&FLAT_KEYS, "used a path as a key.");
        if let Some(contradiction) = insert(body, &steps, value) {
            // A contradiction: not changed, so that `scim` refuses it.
            body.insert(key, contradiction);
        } else {
            is_changed = true;
        }
    }
    is_changed
}

/// The keys from the outside in, if a key is such a path.
fn nested(context: &Context<'_>, key: &str) -> Option<Vec<String>> {
    if context.registry.attribute(context.kind, key).is_some() {
        return None;
    }
    let end = key.find(['[', '.']).unwrap_or(key.len());
    let urn = only_extension_with(context.registry, context.kind, &key[..end]);
    let place = ResolvedPath::resolve(context.registry, context.kind, &path_of(urn, key))?;
    if place.filter.is_some() || (place.top.multi_valued && place.sub.is_some()) {
        return None;
    }
    let mut steps: Vec<String> = place.urn.iter().map(|&urn| urn.to_owned()).collect();
    steps.push(place.top.name.clone());
    steps.extend(place.sub.iter().map(|sub| sub.name.clone()));
    Some(steps)
}

/// Inserts below the steps; returns the value where another one is there already.
fn insert(map: &mut Map<String, Value>, steps: &[String], value: Value) -> Option<Value> {
    let (first, rest) = steps.split_first()?;
    let known = map.keys().find(|key| key.eq_ignore_ascii_case(first)).cloned();
    let slot = map.entry(known.unwrap_or_else(|| first.clone()));
    if rest.is_empty() {
        return Some(value).filter(|value| slot.or_insert_with(|| value.clone()) != value);
    }
    match slot.or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(inner) => insert(inner, rest, value),
        _ => Some(value),
    }
}

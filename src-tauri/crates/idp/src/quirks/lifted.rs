//! Attributes below the URN of a schema, in every form whose meaning is plain: a list around the object, the object as
//! a text, the URN once more inside, the URN of the core schema as a key.
//!
//! Some clients group all attributes by schema, the core one included; serialisers of extension properties write the
//! URN twice. Passed over, the change would be answered as done, and a leaver in it would stay active.

use serde_json::{Map, Value};

use super::{Context, Quirk, documents, extensions, pathless};

/// A schema's attributes in another wrapping.
pub(crate) const WRAPPED: Quirk = Quirk {
    code: "extension.form",
    title: "A schema's attributes in a list, in a text, or below its URN twice",
    senders: "Home-made clients",
    source: "Common serialiser defaults",
    rule: "RFC 7643 section 3.3",
    answer: "Unwrapped if that leaves one object; anything else is refused",
};

/// Unwraps what stands below the URN of a schema until it is the object of its attributes, if that is plain.
pub(crate) fn shape(context: &mut Context<'_>, urn: &str, value: &mut Value) {
    loop {
        let inner = match value {
            Value::Array(items) if items.len() == 1 && !items[0].is_null() => items.pop(),
            Value::String(text) => {
                documents::document(text).filter(|inner| !inner.is_array() || is_single(inner))
            }
            Value::Object(parts) if parts.len() == 1 => {
                let itself = parts.keys().next().is_some_and(|key| key.eq_ignore_ascii_case(urn));
                parts.values_mut().next().filter(|_| itself).map(Value::take)
            }
            _ => None,
        };
        let Some(inner) = inner else { return };
        context.notes.add(&WRAPPED, "wrapped the attributes of a schema twice; they were unwrapped.");
        *value = inner;
    }
}

fn is_single(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.len() == 1)
}

/// Puts the attributes of a whole resource where they belong: those of the core schema at the top, those of an
/// extension below its URN, once.
pub(crate) fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    let mut out = Map::new();
    for (key, value) in std::mem::take(body) {
        lift(context, &mut out, key, value);
    }
    *body = out;
}

fn lift(context: &mut Context<'_>, out: &mut Map<String, Value>, key: String, mut value: Value) {
    let key = extensions::straightened(context, &key).unwrap_or(key);
    let Some(urn) = extensions::id(context, &key) else {
        put(out, key, value);
        return;
    };
    shape(context, &urn, &mut value);
    let is_core = urn == context.registry.core(context.kind).id;
    let Value::Object(inner) = value else {
        if !(is_core && value.is_null()) {
            put(out, key, value);
        }
        return;
    };
    if is_core {
        context.notes.add(&pathless::FLAT_KEYS, "put core attributes below the URN of their schema.");
        for (name, value) in inner {
            lift(context, out, name, value);
        }
        return;
    }
    let mut own = Map::new();
    let mut others = Vec::new();
    for (name, value) in inner {
        let path = extensions::straightened(context, &name).unwrap_or_else(|| name.clone());
        let is_other = path.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        if is_other {
            others.push((path, value));
        } else {
            own.insert(name, value);
        }
    }
    put(out, key, Value::Object(own));
    for (path, value) in others {
        lift(context, out, path, value);
    }
}

/// Inserts a value; two objects become one. Where both say different things, the key that arrived last is set apart
/// by a colon, so that the request is refused: which of them is meant nobody knows.
fn put(out: &mut Map<String, Value>, key: String, value: Value) {
    let known = out.keys().find(|known| known.eq_ignore_ascii_case(&key)).cloned();
    let Some(known) = known else {
        out.insert(key, value);
        return;
    };
    match (out.get_mut(&known), value) {
        (Some(before), value) if *before == value => {}
        (Some(Value::Object(before)), Value::Object(after)) => {
            for (name, value) in after {
                put(before, name, value);
            }
        }
        (_, value) => drop(out.insert(format!("{key}:"), value)),
    }
}

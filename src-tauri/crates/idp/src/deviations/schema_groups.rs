//! The attributes of a whole resource grouped by schema, the core schema included.
//!
//! Some clients group all attributes by schema. If a group were ignored, the change would be answered as done, and a
//! leaver in it would remain active.

use serde_json::{Map, Value};

use super::context::Context;
use super::schema_object::shape;
use super::{extensions, flat_keys};

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
    let key = extensions::corrected(context, &key).unwrap_or(key);
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
        context.normalised(&flat_keys::FLAT_KEYS, "put core attributes below the URN of their schema.");
        for (name, value) in inner {
            lift(context, out, name, value);
        }
        return;
    }
    let mut own = Map::new();
    let mut others = Vec::new();
    for (name, value) in inner {
        let path = extensions::corrected(context, &name).unwrap_or_else(|| name.clone());
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

/// Inserts a value; two objects become one. Where they contradict each other, the later key gets a colon,
/// so that the request is refused as ambiguous.
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

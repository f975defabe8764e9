//! Values in one wrapping too many or too few.
//!
//! An older Entra job wraps even single values: `[{"$ref": null, "value": "x"}]` (Entra docs, older examples of the
//! protocol page). Small clients send one object, or a bare text, where the RFC has a list of objects.

use scim::{Attribute, ResourceType};
use serde_json::{Map, Value};

use super::context::Context;
use super::{json_in_text, manager, members, scalars};
use crate::deviation::Deviation;

/// A list around a single value.
pub(crate) const WRAPPED: Deviation = Deviation {
    code: "value.wrapped",
    title: "A list around a single value",
    senders: "Azure, older jobs",
    source: "Entra docs, older examples",
    rule: "RFC 7643 section 2.4",
    answer: "Unwrapped if it holds exactly one value",
};

/// No list, or no object, where there should be one.
pub(crate) const BARE: Deviation = Deviation {
    code: "value.bare_element",
    title: "One element, or a text, instead of a list of objects",
    senders: "Home-made clients",
    source: "Common simplification",
    rule: "RFC 7643 section 2.4",
    answer: "Read as a list with that element",
};

/// Brings the value of a whole attribute into the form of its definition.
pub(crate) fn whole(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    if attribute.multi_valued {
        if attribute.is_complex() && !value.is_null() {
            list(context, attribute, value);
        } else if let Value::Array(items) = value {
            for item in items {
                scalars::coerce(context, attribute, item);
            }
        }
    } else if attribute.is_complex() {
        single(context, attribute, value);
    } else {
        simple(context, attribute, value);
    }
}

/// Brings one element of a multi-valued attribute into form.
pub(crate) fn element(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    if attribute.sub("value").is_some() && value.is_string() {
        context.normalised(&BARE, &format!("sent a bare text in {}.", attribute.name));
        let mut object = Map::new();
        object.insert("value".to_owned(), value.take());
        *value = Value::Object(object);
    }
    json_in_text::object(context, attribute, value);
    let Value::Object(parts) = value else { return };
    object(context, attribute, parts);
    if context.kind == ResourceType::Group && attribute.name == "members" {
        members::element(context, parts);
    }
}

/// One part of a value that a path names by itself.
pub(crate) fn part(context: &mut Context<'_>, attribute: &Attribute, sub: &Attribute, value: &mut Value) {
    simple(context, sub, value);
    json_in_text::part(context, attribute, sub, value);
}

/// A single value that is no object.
pub(crate) fn simple(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    if let Value::Array(items) = value
        && let [only] = items.as_mut_slice()
    {
        let inner = match only {
            Value::Object(parts) => parts.get_mut("value"),
            other => Some(other),
        };
        if let Some(inner) = inner.filter(|inner| !inner.is_object() && !inner.is_array()) {
            *value = inner.take();
            context.normalised(&WRAPPED, &format!("wrapped {} in a list.", attribute.name));
        }
    }
    scalars::coerce(context, attribute, value);
}

fn list(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    json_in_text::list(context, attribute, value);
    if value.is_object() || value.is_string() {
        context.normalised(&BARE, &format!("sent {} without a list around it.", attribute.name));
        *value = Value::Array(vec![value.take()]);
    }
    for item in value.as_array_mut().into_iter().flatten() {
        element(context, attribute, item);
    }
}

fn single(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    let is_reference = manager::is_reference(attribute);
    let was_list = is_reference && manager::unwrap(value);
    json_in_text::object(context, attribute, value);
    if let Value::Object(parts) = value {
        object(context, attribute, parts);
    }
    if is_reference {
        manager::shape(context, attribute, value, was_list);
    }
}

/// Corrects the parts of an object, also of those that were written as JSON.
fn object(context: &mut Context<'_>, attribute: &Attribute, parts: &mut Map<String, Value>) {
    subs(context, attribute, parts);
    if json_in_text::value(context, attribute, parts) {
        subs(context, attribute, parts);
    }
}

/// Corrects the parts of an object. A `$ref` of null has no meaning and is dropped.
fn subs(context: &mut Context<'_>, attribute: &Attribute, parts: &mut Map<String, Value>) {
    for (name, value) in parts.iter_mut() {
        if let Some(sub) = attribute.sub(name) {
            simple(context, sub, value);
        }
    }
    if parts.get("$ref").is_some_and(Value::is_null) {
        parts.shift_remove("$ref");
    }
}

//! The object of attributes below the URN of a schema, in a list, as a text, or below the URN twice.
//!
//! Serialisers of extension properties write the URN twice. If the value were ignored, the change would be answered as
//! done, and a leaver in it would remain active.

use serde_json::Value;

use super::context::Context;
use super::json_in_text;
use crate::deviation::Deviation;

/// A schema's attributes in another wrapping.
pub(crate) const WRAPPED: Deviation = Deviation {
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
                json_in_text::document(text).filter(|inner| !inner.is_array() || is_single(inner))
            }
            Value::Object(parts) if parts.len() == 1 => {
                let itself = parts.keys().next().is_some_and(|key| key.eq_ignore_ascii_case(urn));
                parts.values_mut().next().filter(|_| itself).map(Value::take)
            }
            _ => None,
        };
        let Some(inner) = inner else { return };
        context.normalised(&WRAPPED, "wrapped the attributes of a schema twice; they were unwrapped.");
        *value = inner;
    }
}

fn is_single(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.len() == 1)
}

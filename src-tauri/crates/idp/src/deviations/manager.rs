//! The manager as a text, as a list, or as nothing in many forms.
//!
//! Entra sends the bare id (SCIM-SDK issue 686), an older shape is a list of one `{value, $ref}` (Entra docs), and
//! the validator clears it with `""` or `{"value": ""}` (Entra validator). The RFC has an object with `value`.

use scim::Attribute;
use serde_json::{Map, Value};

use super::context::Context;
use crate::deviation::Deviation;

/// Not an object with `value`.
pub(crate) const FORM: Deviation = Deviation {
    code: "value.manager_form",
    title: "The manager as text, list or empty object",
    senders: "Azure, Entra validator",
    source: "Entra docs; SCIM-SDK issue 686; Entra validator",
    rule: "RFC 7643 section 4.3",
    answer: "Stored as an object with value; an empty one removes the manager",
};

/// Whether an attribute is of the manager's kind: one value, several parts, one of them `value`.
pub(crate) fn is_reference(attribute: &Attribute) -> bool {
    attribute.is_complex() && !attribute.multi_valued && attribute.sub("value").is_some()
}

/// Takes the only value out of a list, and returns whether there was a list.
pub(crate) fn unwrap(value: &mut Value) -> bool {
    match value {
        Value::Array(items) if items.len() < 2 && !items.iter().any(Value::is_array) => {
            *value = items.pop().unwrap_or(Value::Null);
            true
        }
        _ => false,
    }
}

/// Brings such an attribute into its object form; a value for "no manager" becomes null.
pub(crate) fn shape(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value, was_list: bool) {
    let form = match value {
        Value::String(id) if id.is_empty() => {
            *value = Value::Null;
            Some("an empty text")
        }
        Value::String(_) => {
            let mut object = Map::new();
            object.insert("value".to_owned(), value.take());
            *value = Value::Object(object);
            Some("a text")
        }
        Value::Object(parts) if is_blank(parts) => {
            *value = Value::Null;
            Some("an empty object")
        }
        _ => None,
    };
    if let Some(form) = if was_list { Some("a list") } else { form } {
        context.normalised(&FORM, &format!("sent {} as {form}.", attribute.name));
    }
}

/// An object that names neither an id nor an address.
fn is_blank(parts: &Map<String, Value>) -> bool {
    let blank = |part: &Value| part.is_null() || part.as_str().is_some_and(str::is_empty);
    parts.contains_key("value") && parts.iter().all(|(key, part)| key == "displayName" || blank(part))
}

//! A value as a JSON document inside a text.
//!
//! Entra's default job sends app roles with `SingleAppRoleAssignment` and its kin as
//! `{"value": "{\"id\":\"9a1d\",\"value\":\"editor\",\"displayName\":\"Editor\"}"}` (Entra docs, attribute
//! customisation). Clients that build their bodies from templates put such texts elsewhere too: an e-mail, a member,
//! the manager. Stored unchanged, the text would be the address or the id.

use scim::Attribute;
use serde_json::{Map, Value};

use super::context::Context;
use crate::deviation::Deviation;

/// The text is a document.
pub(crate) const JSON_IN_TEXT: Deviation = Deviation {
    code: "value.role_json",
    title: "Roles, e-mails and other values as JSON inside a text",
    senders: "Azure without the aadOptscim062020 flag (roles), home-made clients",
    source: "Entra docs, attribute customisation",
    rule: "RFC 7643 section 2.4",
    answer: "Unpacked to the value, with display and type",
};

/// Reads a text as the object that a complex value has to be, if it writes one down with parts of that value.
pub(crate) fn object(context: &mut Context<'_>, attribute: &Attribute, sent: &mut Value) {
    if let Some(Value::Object(parts)) = sent.as_str().and_then(document)
        && parts.keys().any(|name| attribute.sub(name).is_some())
    {
        record(context, attribute);
        *sent = Value::Object(parts);
    }
}

/// Reads a text as the list that a multi-valued attribute has to be, if it writes one down.
pub(crate) fn list(context: &mut Context<'_>, attribute: &Attribute, sent: &mut Value) {
    if let Some(items @ Value::Array(_)) = sent.as_str().and_then(document) {
        record(context, attribute);
        *sent = items;
    }
}

/// Unpacks the `value` among the parts of an element, and returns whether there was anything to unpack. The other values
/// of the document fill the parts that are missing; an assignment's own `id` has no meaning here.
pub(crate) fn value(
    context: &mut Context<'_>,
    attribute: &Attribute,
    parts: &mut Map<String, Value>,
) -> bool {
    let mut unpacked = false;
    while let Some((name, inner)) = parts.iter().find_map(|(name, sent)| {
        let is_value = name.eq_ignore_ascii_case("value") && attribute.sub(name).is_some();
        Some((name.clone(), with_value(sent.as_str().filter(|_| is_value)?)?))
    }) {
        for (from, to) in
            [("displayName", "display"), ("display", "display"), ("type", "type"), ("primary", "primary")]
        {
            let Some(part) = inner.get(from).filter(|part| !part.is_null()) else { continue };
            if attribute.sub(to).is_some() && !parts.contains_key(to) {
                parts.insert(to.to_owned(), part.clone());
            }
        }
        parts.insert(name, inner.get("value").cloned().unwrap_or_default());
        unpacked = true;
    }
    if unpacked {
        record(context, attribute);
    }
    unpacked
}

/// Unpacks what is to become the part `value` by itself, as in the path `emails[type eq "work"].value`.
pub(crate) fn part(context: &mut Context<'_>, attribute: &Attribute, part: &Attribute, sent: &mut Value) {
    while part.name == "value"
        && let Some(inner) = sent.as_str().and_then(with_value)
    {
        record(context, attribute);
        *sent = inner.get("value").cloned().unwrap_or_default();
    }
}

/// The document in a text, if it has a `value` that is a text.
fn with_value(text: &str) -> Option<Map<String, Value>> {
    match document(text)? {
        Value::Object(inner) if inner.get("value").is_some_and(Value::is_string) => Some(inner),
        _ => None,
    }
}

/// The object or list that a text writes down.
pub(crate) fn document(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

fn record(context: &mut Context<'_>, attribute: &Attribute) {
    context.normalised(
        &JSON_IN_TEXT,
        &format!("sent {} as JSON inside a text; it was unpacked.", attribute.name),
    );
}

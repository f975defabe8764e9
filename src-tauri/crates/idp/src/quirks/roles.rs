//! A role as a JSON document inside a string.
//!
//! Entra's default job sends app roles with `SingleAppRoleAssignment` and its kin as
//! `{"value": "{\"id\":\"9a1d\",\"value\":\"editor\",\"displayName\":\"Editor\"}"}` (Entra docs, attribute
//! customisation). The role is the inner `value`.

use serde_json::{Map, Value};

use super::{Context, Quirk};

/// The text is a document.
pub(crate) const JSON_IN_TEXT: Quirk = Quirk {
    code: "value.role_json",
    title: "Roles as JSON inside a string",
    senders: "Azure without the aadOptscim062020 flag",
    source: "Entra docs, attribute customisation",
    rule: "RFC 7643 section 4.1.2",
    answer: "Unpacked to value, display and type",
};

/// Unpacks one element of `roles`, and says whether there was anything to unpack. The assignment's own `id` means nothing here and is left out.
pub(crate) fn unpack(context: &mut Context<'_>, element: &mut Map<String, Value>) -> bool {
    let Some(text) = element.get("value").and_then(Value::as_str) else { return false };
    if !text.starts_with('{') {
        return false;
    }
    let Ok(inner) = serde_json::from_str::<Map<String, Value>>(text) else { return false };
    let Some(value @ Value::String(_)) = inner.get("value") else { return false };
    context.notes.add(&JSON_IN_TEXT, "sent a role as JSON inside a text; it was unpacked.");
    element.insert("value".to_owned(), value.clone());
    for (from, to) in
        [("displayName", "display"), ("display", "display"), ("type", "type"), ("primary", "primary")]
    {
        let Some(part) = inner.get(from).filter(|part| !part.is_null()) else { continue };
        if !element.contains_key(to) {
            element.insert(to.to_owned(), part.clone());
        }
    }
    true
}

//! `"False"` for `false`.
//!
//! Entra's default mapping of `active` yields text, so its default job sends `"False"`; `"false"` was seen too
//! (Entra docs; issue threads of SCIM servers). The validator sends `"primary": "True"`, the Keycloak extension
//! `"active": "true"`. Read as text, a leaver would remain active.

use scim::Attribute;
use scim::schema::Type;
use serde_json::Value;

use super::context::Context;
use crate::deviation::Deviation;

/// A boolean in quotes.
pub(crate) const TEXT: Deviation = Deviation {
    code: "value.boolean_text",
    title: "Booleans written as text",
    senders: "Azure without the aadOptscim062020 flag, Entra validator, Keycloak extension",
    source: "Entra docs, SCIM compatibility; Entra validator; source of keycloak-scim",
    rule: "RFC 7643 section 2.3.2",
    answer: "Read in any case; always returned as a boolean",
};

/// Reads a text as the boolean it stands for, if the attribute is one.
pub(crate) fn coerce(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    if attribute.kind != Type::Boolean {
        return;
    }
    let Some(read) = value.as_str().and_then(read) else { return };
    let sent = value.as_str().unwrap_or_default();
    context.normalised(&TEXT, &format!("sent {} as the text \"{sent}\"; read as {read}.", attribute.name));
    *value = Value::Bool(read);
}

/// The boolean a text stands for.
pub(crate) fn read(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

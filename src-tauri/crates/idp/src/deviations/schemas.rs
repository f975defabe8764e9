//! `schemas` that is missing, misspelt or too long.
//!
//! Entra adds `http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group` to groups, leaves the URN of
//! custom extensions out although it sends their objects, and its documentation shows `enterprise:2.0User` (Entra
//! docs). Some `OneLogin` guides carry a SCIM 1.0 URN in their template. None of it concerns the person.

use scim::ResourceType;
use serde_json::{Map, Value};

use super::context::{Context, renamed};
use crate::deviation::Deviation;

/// The URN of a PATCH message (RFC 7644 section 3.5.2).
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A message whose `schemas` are not the message's.
pub(crate) const MESSAGE: Deviation = Deviation {
    code: "schemas.message",
    title: "PATCH without the PatchOp schema",
    senders: "Home-made clients",
    source: "Common omission",
    rule: "RFC 7644 section 3.5.2",
    answer: "Accepted as a PATCH",
};

/// A resource whose `schemas` do not fit it.
pub(crate) const RESOURCE: Deviation = Deviation {
    code: "schemas.resource",
    title: "Schema URIs missing, unknown or not listed",
    senders: "Azure (its own group URI, custom extensions), OneLogin templates",
    source: "Entra docs, SCIM protocol page and attribute customisation; OneLogin vendor guides",
    rule: "RFC 7643 section 3.3",
    answer: "Unknown ones are ignored, missing ones are added",
};

/// A URN with a letter missing.
pub(crate) const MISSPELT: Deviation = Deviation {
    code: "schemas.misspelt",
    title: "A misspelt extension URN",
    senders: "Clients built after an old example",
    source: "Entra docs, an example with enterprise:2.0User",
    rule: "RFC 7643 section 4.3",
    answer: "Read as the correct URN",
};

/// One sentence for the key and for the list, so that it is recorded once.
pub(crate) const MISSPELT_TEXT: &str = "misspelt the URN of an extension; it was read as the correct one.";

/// Makes a PATCH message name its own schema.
pub(crate) fn message(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    if listed(body.get("schemas")).any(|urn| urn.eq_ignore_ascii_case(PATCH_OP)) {
        return;
    }
    context.normalised(&MESSAGE, "sent a PATCH without naming its schema.");
    set_schemas(body, vec![PATCH_OP.into()]);
}

/// Makes a resource list exactly those known schemas that it has.
pub(crate) fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    extension_keys(context, body);
    let core = context.registry.core(context.kind).id.as_str();
    let mut right: Vec<&str> = Vec::new();
    let mut unknown = false;
    for urn in listed(body.get("schemas")) {
        let id = known(context, urn);
        unknown |= id.is_none();
        if let Some(id) = id.filter(|id| !right.contains(id)) {
            right.push(id);
        }
    }
    let misspelt = listed(body.get("schemas")).any(|urn| misspelt_extension(context, urn).is_some());
    let mut missing = 0;
    let present = context
        .registry
        .extensions(context.kind)
        .map(|schema| schema.id.as_str())
        .filter(|id| body.keys().any(|key| key.eq_ignore_ascii_case(id)));
    for id in std::iter::once(core).chain(present) {
        if !right.contains(&id) {
            right.push(id);
            missing += 1;
        }
    }
    if !unknown && !misspelt && missing == 0 && matches!(body.get("schemas"), Some(Value::Array(_))) {
        return;
    }
    if unknown {
        context.normalised(&RESOURCE, "listed an unknown schema; it was ignored.");
    }
    if misspelt {
        context.normalised(&MISSPELT, MISSPELT_TEXT);
    }
    if missing > 0 {
        context.normalised(&RESOURCE, "left out a schema whose attributes it sent; it was added.");
    }
    let right = right.into_iter().map(Value::from).collect();
    set_schemas(body, right);
}

/// Renames the keys of misspelt extensions, where the correct one is not there as well.
pub(crate) fn extension_keys(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    let wrong = body
        .keys()
        .find_map(|key| misspelt_extension(context, key).map(|right| (key.clone(), right.to_owned())));
    let Some((wrong, right)) = wrong else { return };
    if body.contains_key(&right) {
        return;
    }
    context.normalised(&MISSPELT, MISSPELT_TEXT);
    *body = renamed(std::mem::take(body), &wrong, &right);
}

fn listed(schemas: Option<&Value>) -> impl Iterator<Item = &str> {
    let items = match schemas {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single @ Value::String(_)) => std::slice::from_ref(single),
        _ => &[],
    };
    items.iter().filter_map(Value::as_str)
}

/// The id of the schema that `urn` names, for this kind of resource.
fn known<'a>(context: &Context<'a>, urn: &str) -> Option<&'a str> {
    let core = context.registry.core(context.kind).id.as_str();
    if core.eq_ignore_ascii_case(urn) {
        return Some(core);
    }
    match context.registry.extension(context.kind, urn) {
        Some(schema) => Some(schema.id.as_str()),
        None => misspelt_extension(context, urn),
    }
}

/// The extension of a URN without the colon before its last word.
fn misspelt_extension<'a>(context: &Context<'a>, urn: &str) -> Option<&'a str> {
    if context.kind != ResourceType::User || !urn.to_ascii_lowercase().ends_with("2.0user") {
        return None;
    }
    let right = format!("{}:User", &urn[..urn.len() - "User".len()]);
    context.registry.extension(context.kind, &right).map(|schema| schema.id.as_str())
}

/// Sets `schemas` in its place, or at the front where it was missing.
fn set_schemas(body: &mut Map<String, Value>, schemas: Vec<Value>) {
    if let Some(old) = body.get_mut("schemas") {
        *old = Value::Array(schemas);
        return;
    }
    let mut whole = Map::new();
    whole.insert("schemas".to_owned(), Value::Array(schemas));
    whole.append(body);
    *body = whole;
}

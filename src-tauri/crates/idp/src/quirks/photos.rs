//! Photos that are too large.
//!
//! Clients that map a thumbnail send the picture itself, in base64, where SCIM has the address of one (RFC 7643
//! section 4.1.2). Such a text is longer than a value may be. It must not cost the person: the picture is passed over,
//! and the rest of the request is done.

use scim::LONGEST_STRING;
use serde_json::{Map, Value};

use super::{Context, Operations, Quirk, text};
use crate::place::Place;

/// A picture beyond the limit of a value.
pub(crate) const OVERSIZED: Quirk = Quirk {
    code: "value.photo_size",
    title: "A picture in base64 instead of its address, larger than 16 KiB",
    senders: "Azure and Okta with a mapped thumbnail",
    source: "RFC 7643 section 4.1.2 has an address there; a common mapping",
    rule: "RFC 7643 section 4.1.2",
    answer: "Ignored; everything else was saved",
};

/// Takes such pictures out of a whole resource.
pub(crate) fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    body.retain(|name, value| !is_photos(context, name) || !passes_over(context, value));
}

/// Takes such pictures out of operations. An operation of which nothing is left is dropped, so that it clears nothing.
pub(crate) fn operations(context: &mut Context<'_>, operations: &mut Operations) {
    operations.retain_mut(|map| {
        if !map.contains_key("path")
            && let Some(Value::Object(parts)) = map.get_mut("value")
        {
            let said_something = !parts.is_empty();
            resource(context, parts);
            return !(said_something && parts.is_empty());
        }
        let place = text(map, "path").and_then(|path| Place::resolve(context.registry, context.kind, path));
        let leads_there = place.is_some_and(|place| place.urn.is_none() && place.top.name == "photos");
        let Some(value) = map.get_mut("value").filter(|_| leads_there) else { return true };
        !passes_over(context, value)
    });
}

fn is_photos(context: &Context<'_>, name: &str) -> bool {
    context.registry.attribute(context.kind, name).is_some_and(|attribute| attribute.name == "photos")
}

/// Passes the pictures in a value of `photos` over; answers whether nothing is left of it.
fn passes_over(context: &mut Context<'_>, value: &mut Value) -> bool {
    let is_gone = match value {
        Value::Array(items) => {
            let before = items.len();
            items.retain(|item| !is_oversized(item));
            if items.len() == before {
                return false;
            }
            items.is_empty()
        }
        single if is_oversized(single) => true,
        _ => return false,
    };
    context.notes.add(&OVERSIZED, "sent a photo larger than 16 KiB; it was ignored.");
    is_gone
}

fn is_oversized(value: &Value) -> bool {
    let text = match value {
        Value::Object(parts) => parts
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("value"))
            .and_then(|(_, value)| value.as_str()),
        other => other.as_str(),
    };
    text.is_some_and(|text| text.len() > LONGEST_STRING)
}

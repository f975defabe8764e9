//! Photos that are too large.
//!
//! Clients that map a thumbnail send the picture itself, in base64, where SCIM has the address of one (RFC 7643
//! section 4.1.2). Such a text is longer than a value may be. The person must not be refused for it: the picture is ignored,
//! and the rest of the request is executed.

use scim::LONGEST_STRING;
use serde_json::{Map, Value};

use super::context::{Context, Operations, text};
use crate::deviation::Deviation;
use crate::resolved_path::ResolvedPath;

/// A picture beyond the limit of a value.
pub(crate) const OVERSIZED: Deviation = Deviation {
    code: "value.photo_size",
    title: "A picture in base64 instead of its address, larger than 16 KiB",
    senders: "Azure and Okta with a mapped thumbnail",
    source: "RFC 7643 section 4.1.2 has an address there; a common mapping",
    rule: "RFC 7643 section 4.1.2",
    answer: "Ignored; everything else was saved",
};

/// Removes such pictures from a whole resource.
pub(crate) fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    body.retain(|name, value| !is_photos(context, name) || !remove_oversized(context, value));
}

/// Removes such pictures from operations. An operation without another value is dropped, so that it clears nothing.
pub(crate) fn operations(context: &mut Context<'_>, operations: &mut Operations) {
    operations.retain_mut(|map| {
        if !map.contains_key("path")
            && let Some(Value::Object(parts)) = map.get_mut("value")
        {
            let had_parts = !parts.is_empty();
            resource(context, parts);
            return !(had_parts && parts.is_empty());
        }
        let place =
            text(map, "path").and_then(|path| ResolvedPath::resolve(context.registry, context.kind, path));
        let names_photos = place.is_some_and(|place| place.urn.is_none() && place.top.name == "photos");
        let Some(value) = map.get_mut("value").filter(|_| names_photos) else { return true };
        !remove_oversized(context, value)
    });
}

fn is_photos(context: &Context<'_>, name: &str) -> bool {
    context.registry.attribute(context.kind, name).is_some_and(|attribute| attribute.name == "photos")
}

/// Removes the pictures in a value of `photos`; returns whether nothing is left of it.
fn remove_oversized(context: &mut Context<'_>, value: &mut Value) -> bool {
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
    context.normalised(&OVERSIZED, "sent a photo larger than 16 KiB; it was ignored.");
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

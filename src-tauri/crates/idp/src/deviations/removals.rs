//! Removals that carry a value.
//!
//! `{"op": "Remove", "path": "emails[type eq \"work\"].value", "value": "old@x"}` was seen from Entra (Microsoft's
//! reference code, a change request about it). The path is sufficient there, and the value is ignored. Where the path
//! names a list or a complex value, ignoring the value would remove too much: `scim` removes only the elements or
//! parts that it names. Here the deviation is recorded.

use super::context::{Context, Operations, text};
use crate::deviation::Deviation;
use crate::resolved_path::ResolvedPath;

/// A value where there is none in the RFC.
pub(crate) const VALUE: Deviation = Deviation {
    code: "patch.remove_value",
    title: "A removal that carries a value",
    senders: "Azure",
    source: "Microsoft's SCIM reference code, change requests",
    rule: "RFC 7644 section 3.5.2.2",
    answer: "Ignored if the path leads to a simple value; from a list or a complex value, only what the value names is removed",
};

/// Records such removals. Those of members are a deviation of their own.
pub(crate) fn record(context: &mut Context<'_>, operations: &Operations) {
    for map in operations.iter().filter(|map| text(map, "op") == Some("remove")) {
        let place =
            text(map, "path").and_then(|path| ResolvedPath::resolve(context.registry, context.kind, path));
        let carries_value = map.get("value").is_some_and(|value| !value.is_null());
        let Some(place) = place.filter(|place| carries_value && !place.is_members()) else { continue };
        let is_list = place.top.multi_valued && place.filter.is_none();
        context.normalised(
            &VALUE,
            if is_list {
                "removed elements of a list by a value; only the named ones were removed."
            } else if place.leaf().is_complex() {
                "removed parts by a value; only the named ones were removed."
            } else {
                "sent a value with a removal; the path alone counts."
            },
        );
    }
}

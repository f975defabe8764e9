//! Removals that carry a value.
//!
//! `{"op": "Remove", "path": "emails[type eq \"work\"].value", "value": "old@x"}` was seen from Entra (Microsoft's
//! reference code, a change request about it). The path says enough there, and the value is ignored. Where the path
//! names a whole list and the value some of its elements, ignoring the value would take too much away: then only
//! the elements named go.

use serde_json::{Map, Value};

use super::{Context, Operations, Quirk, operation, text};
use crate::place::Place;

/// A value where there is none in the RFC.
pub(crate) const VALUE: Quirk = Quirk {
    code: "patch.remove_value",
    title: "A removal that carries a value",
    senders: "Azure",
    source: "Microsoft's SCIM reference code, change requests",
    rule: "RFC 7644 section 3.5.2.2",
    answer: "Ignored if the path is exact; with a whole list, only the elements named are removed",
};

/// Drops the value or turns it into a filter.
pub(crate) fn values(context: &mut Context<'_>, operations: &mut Operations) {
    let mut out = Vec::with_capacity(operations.len());
    for mut map in std::mem::take(operations) {
        let place = text(&map, "path").and_then(|path| Place::resolve(context.registry, context.kind, path));
        let (Some("remove"), Some(place), Some(value)) = (text(&map, "op"), place, map.get("value")) else {
            out.push(map);
            continue;
        };
        let exact = !place.top.multi_valued || place.filter.is_some();
        if exact {
            context.notes.add(&VALUE, "sent a value with a removal; the path alone counts.");
            map.shift_remove("value");
            out.push(map);
        } else if place.is_members() || place.sub.is_some() {
            out.push(map);
        } else if let Some(filters) = filters(&place, value) {
            context
                .notes
                .add(&VALUE, "removed elements of a list by a value; only those named were removed.");
            out.extend(filters.into_iter().map(|filter| {
                let path = format!("{}[{filter}]", place.path());
                operation("remove", path, None)
            }));
        } else {
            out.push(map);
        }
    }
    *operations = out;
}

/// One filter for each element named; none if any of them cannot be told.
fn filters(place: &Place<'_>, value: &Value) -> Option<Vec<String>> {
    place.top.sub("value")?;
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| filter(item.as_object()?)).collect()
}

fn filter(element: &Map<String, Value>) -> Option<String> {
    let value = element.get("value").filter(|value| value.is_string())?;
    // A value's own display form is JSON, which is also the RFC's form of a text in a filter.
    let mut filter = format!("value eq {value}");
    if let Some(kind) = element.get("type").filter(|kind| kind.is_string()) {
        filter = format!("{filter} and type eq {kind}");
    }
    Some(filter)
}

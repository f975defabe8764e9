//! A value as the mapping shows it.

use serde_json::Value;

use crate::diagnosis::mapping_views::MappingExample;
use crate::diagnosis::written::Seen;

/// The longest example, in characters.
const LONGEST: usize = 120;

/// The newest value of an attribute.
pub(super) fn example(found: &Seen<'_>) -> MappingExample {
    let value = match &found.received.value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let masked = match &found.received.value {
        Value::Bool(_) => value.clone(),
        _ => value.chars().take(1).chain("•••".chars()).collect(),
    };
    MappingExample {
        value: value.chars().take(LONGEST).collect(),
        masked,
        at: found.newest.at,
        activity_id: found.newest.id.clone(),
    }
}

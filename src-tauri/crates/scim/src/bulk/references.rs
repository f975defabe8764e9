//! References to the results of other operations: `bulkId:<name>` in values and in paths.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::error::quoted;
use crate::error::{Error, ScimType};

/// What a reference begins with.
pub(super) const PREFIX: &str = "bulkId:";

/// The name a text refers to.
pub(super) fn referred(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX).filter(|name| !name.is_empty())
}

/// Gathers the names a value refers to, however deep. Bodies nest at most [`crate::json::DEEPEST`] deep; what is
/// deeper is not looked into.
pub(super) fn gather<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => names.extend(referred(text)),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
}

/// Puts the ids in the place of the references.
///
/// # Errors
/// 400 `invalidValue` for a reference that has no id.
pub(super) fn resolve(data: &mut Map<String, Value>, ids: &HashMap<String, String>) -> Result<(), Error> {
    let mut open: Vec<&mut Value> = data.values_mut().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => {
                if let Some(name) = referred(text) {
                    *text = ids.get(name).cloned().ok_or_else(|| unresolved(name))?;
                }
            }
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values_mut()),
            _ => {}
        }
    }
    Ok(())
}

/// The refusal of a reference that names no operation.
pub(super) fn unresolved(name: &str) -> Error {
    Error::bad_request(
        ScimType::InvalidValue,
        format!("bulkId: {} is not the bulkId of a POST in this request", quoted(name)),
    )
}

/// Takes the values that refer to operations not done yet out of a body, to be added by a PATCH afterwards. Gives
/// the operations of that PATCH.
///
/// This is how circles are broken: two groups that are members of each other are created without each other first.
pub(super) fn postpone(data: &mut Map<String, Value>, ids: &HashMap<String, String>) -> Vec<Value> {
    let waits = |value: &Value| {
        let mut names = Vec::new();
        gather(value, &mut names);
        names.iter().any(|name| !ids.contains_key(*name))
    };
    let mut operations = Vec::new();
    let mut take = |prefix: &str, members: &mut Map<String, Value>| {
        let names: Vec<String> = members.keys().cloned().collect();
        for name in names {
            let Some(value) = members.get_mut(&name).filter(|value| waits(value)) else { continue };
            let postponed = match value {
                Value::Array(items) => {
                    let (later, now) = std::mem::take(items).into_iter().partition(&waits);
                    *items = now;
                    Value::Array(later)
                }
                _ => members.shift_remove(&name).unwrap_or_default(),
            };
            operations.push(json!({"op": "add", "path": format!("{prefix}{name}"), "value": postponed}));
        }
    };
    for (name, value) in data.iter_mut() {
        if let (Some("urn:"), Value::Object(members)) = (name.get(..4), value) {
            take(&format!("{name}:"), members);
        }
    }
    take("", data);
    operations
}

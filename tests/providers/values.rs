//! Filling what is sent, and comparing the answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The values stored from earlier answers, by name.
pub type Stored = BTreeMap<String, Value>;

/// Fills `{{name}}` in a text.
pub fn fill_text(text: &str, stored: &Stored) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("{{") {
        let (name, after) = tail.split_once("}}").unwrap_or_else(|| panic!("an open gap in {text}"));
        let value = stored.get(name).unwrap_or_else(|| panic!("nothing was stored as {name}, in {text}"));
        out.push_str(before);
        out.push_str(value.as_str().unwrap_or_else(|| panic!("{name} is no text, in {text}")));
        rest = after;
    }
    out + rest
}

/// Fills a document. A text that is nothing but a gap becomes the value itself, whatever its type; the key `...`
/// stands for all members of a stored object, with the other members over them.
pub fn fill(value: &Value, stored: &Stored) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
            Some("any" | "absent") => value.clone(),
            Some(name) if !name.contains('{') => {
                stored.get(name).unwrap_or_else(|| panic!("nothing was stored as {name}")).clone()
            }
            _ => fill_text(text, stored).into(),
        },
        Value::Array(items) => items.iter().map(|item| fill(item, stored)).collect(),
        Value::Object(members) => {
            let mut whole = members.get("...").map_or_else(Map::new, |spread| {
                fill(spread, stored).as_object().cloned().unwrap_or_else(|| panic!("{spread} is no object"))
            });
            for (key, value) in members.iter().filter(|(key, _)| *key != "...") {
                whole.insert(fill_text(key, stored), fill(value, stored));
            }
            Value::Object(whole)
        }
        other => other.clone(),
    }
}

/// Where a value lacks what is expected, in a sentence. Objects may have more members; lists are as long as expected.
pub fn lacks(found: &Value, expected: &Value, at: &str) -> Option<String> {
    match (found, expected) {
        (_, Value::String(text)) if text == "{{any}}" => None,
        (Value::Object(found), Value::Object(expected)) => expected.iter().find_map(|(key, expected)| {
            let at = format!("{at}/{key}");
            match (found.get(key), expected == "{{absent}}") {
                (None, true) => None,
                (Some(found), true) => Some(format!("{at} is {found} and should not be there")),
                (None, false) => Some(format!("{at} is missing")),
                (Some(found), false) => lacks(found, expected, &at),
            }
        }),
        (Value::Array(found), Value::Array(expected)) => {
            if found.len() != expected.len() {
                return Some(format!("{at} has {} elements, not {}: {found:?}", found.len(), expected.len()));
            }
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.find_map(|(number, (found, expected))| lacks(found, expected, &format!("{at}/{number}")))
        }
        _ if found == expected => None,
        _ => Some(format!("{at} is {found}, not {expected}")),
    }
}

/// A path in a document to a null or a password, neither of which is ever returned.
pub fn forbidden(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Array(items) => items.iter().find_map(forbidden),
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            if key == "password" && !value.is_boolean() && !value.is_object() {
                return Some("a password".to_owned());
            }
            forbidden(value).map(|what| format!("{what} in {key}"))
        }),
        _ => None,
    }
}

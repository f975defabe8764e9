//! Values of a document as rows of a table, by path.

use serde_json::Value;
use store::JournalValue;

/// Elements of a list are distinguished by their type where they have one: `emails[work].value`. A value of the journal
/// may be noted by its parts or elements that differ.
pub(crate) fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let element = |place: usize, item: &Value, rows: &mut Vec<(String, String)>| {
        let name = item.get("type").and_then(Value::as_str);
        let name = name.map_or_else(|| (place + 1).to_string(), str::to_owned);
        flatten(&format!("{path}[{name}]"), item, rows);
    };
    match JournalValue::of(value) {
        JournalValue::Parts(parts) | JournalValue::Whole(Value::Object(parts)) => {
            flatten_parts(path, parts, rows);
        }
        JournalValue::Elements(elements) => {
            for (place, item) in elements {
                element(place, item, rows);
            }
        }
        JournalValue::Whole(Value::Array(items)) => {
            for (place, item) in items.iter().enumerate() {
                element(place, item, rows);
            }
        }
        JournalValue::Whole(Value::String(text)) => rows.push((path.to_owned(), text.clone())),
        JournalValue::Whole(other) => rows.push((path.to_owned(), other.to_string())),
    }
}

fn flatten_parts(path: &str, parts: &serde_json::Map<String, Value>, rows: &mut Vec<(String, String)>) {
    for (key, part) in parts {
        // An extension's URN is the schema's name; its last part but two says it to a person.
        let key = key.strip_prefix("urn:").map_or(key.as_str(), |urn| urn.rsplit(':').nth(2).unwrap_or(urn));
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        flatten(&path, part, rows);
    }
}

//! JSON schemas of what the endpoint publishes about itself, read off what it publishes.

use scim::{Registry, discovery};
use serde_json::{Map, Value, json};

use super::messages::list_of;
use crate::limits::ServerLimits;

/// `ServiceProviderConfig`, `Schema` and `ResourceType`, and lists of the last two, of an endpoint with this address.
pub(super) fn of_discovery(registry: &Registry, limits: &ServerLimits, base: &str) -> Map<String, Value> {
    let config = discovery::service_provider_config(base, &limits.to_discovery());
    let mut shapes = Map::new();
    shapes.insert("ServiceProviderConfig".to_owned(), shape(&[&config]));
    let lists = [
        ("Schema", discovery::schemas(base, registry)),
        ("ResourceType", discovery::resource_types(base, registry)),
    ];
    for (name, list) in lists {
        let resources: Vec<&Value> = list["Resources"].as_array().into_iter().flatten().collect();
        shapes.insert(name.to_owned(), shape(&resources));
        shapes.insert(format!("{name}List"), list_of(&[name]));
    }
    shapes
}

/// The schema of values that are alike; what only some of them have is optional.
fn shape(values: &[&Value]) -> Value {
    match values.first() {
        Some(Value::Object(_)) => shape_of_objects(values),
        Some(Value::Array(_)) => {
            let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
            json!({"type": "array", "items": shape(&items)})
        }
        Some(Value::Bool(_)) => json!({"type": "boolean"}),
        Some(Value::Number(_)) => json!({"type": "integer"}),
        Some(Value::String(_)) => json!({"type": "string"}),
        Some(Value::Null) | None => json!({}),
    }
}

fn shape_of_objects(values: &[&Value]) -> Value {
    let objects: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for name in objects.iter().flat_map(|object| object.keys()) {
        let found: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
        if properties.contains_key(name) {
            continue;
        }
        if found.len() == objects.len() {
            required.push(name.as_str());
        }
        properties.insert(name.clone(), shape(&found));
    }
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_some_values_have_is_optional() {
        let (one, other) = (json!({"a": 1, "b": [true]}), json!({"a": 2, "c": {"d": "x"}}));
        let expected = json!({
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {"type": "integer"},
                "b": {"type": "array", "items": {"type": "boolean"}},
                "c": {
                    "type": "object",
                    "required": ["d"],
                    "properties": {"d": {"type": "string"}},
                    "additionalProperties": false,
                },
            },
            "additionalProperties": false,
        });
        assert_eq!(shape(&[&one, &other]), expected);
    }
}

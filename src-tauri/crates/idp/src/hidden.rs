//! What is shown of a person where attributes are hidden, by the paths under which they arrive.

use scim::{Registry, ResourceType};
use serde_json::{Map, Value};

use crate::received::{OF_ELEMENT, attributes_of};

/// The attributes of a stored person without the values at these paths, which are those of
/// [`Received`](crate::received::Received).
pub fn without_hidden(
    registry: &Registry,
    document: &Map<String, Value>,
    hidden: &[String],
) -> Map<String, Value> {
    if hidden.is_empty() {
        return document.clone();
    }
    let is_shown = |name: &str, value: Value| {
        let alone = Map::from_iter([(name.to_owned(), value)]);
        let found = attributes_of(registry, &alone);
        !found.iter().flat_map(|one| &one.paths).any(|path| hidden.contains(path))
    };
    let attributes = document.iter().filter_map(|(name, value)| {
        let is_extension = registry.extension(ResourceType::User, name).is_some();
        let value = shown_of(value, is_extension, &|value| is_shown(name, value))?;
        Some((name.clone(), value))
    });
    attributes.collect()
}

/// What is shown of a value; none where nothing is. `is_shown` decides of a part, in the form of the whole.
fn shown_of(value: &Value, is_extension: bool, is_shown: &dyn Fn(Value) -> bool) -> Option<Value> {
    match value {
        Value::Array(items) => {
            let items: Vec<Value> =
                items.iter().filter_map(|item| shown_of_element(item, is_shown)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(parts) => {
            let parts = parts.iter().filter_map(|(name, value)| {
                let is_part_shown =
                    |value: Value| is_shown(Value::Object(Map::from_iter([(name.clone(), value)])));
                let value = if is_extension {
                    shown_of(value, false, &is_part_shown)
                } else {
                    is_part_shown(value.clone()).then(|| value.clone())
                };
                Some((name.clone(), value?))
            });
            let parts: Map<String, Value> = parts.collect();
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        simple => is_shown(simple.clone()).then(|| simple.clone()),
    }
}

/// An element is asked about with what says which one it is.
fn shown_of_element(item: &Value, is_shown: &dyn Fn(Value) -> bool) -> Option<Value> {
    let Value::Object(parts) = item else {
        return is_shown(Value::Array(vec![item.clone()])).then(|| item.clone());
    };
    let is_name = |name: &str| OF_ELEMENT.contains(&name);
    let names = parts.iter().filter(|(name, _)| is_name(name.as_str()));
    let names: Map<String, Value> = names.map(|(name, value)| (name.clone(), value.clone())).collect();
    let shown = parts.iter().filter_map(|(name, value)| {
        let mut part = names.clone();
        part.insert(name.clone(), value.clone());
        is_shown(Value::Array(vec![Value::Object(part)])).then(|| (name.clone(), value.clone()))
    });
    let shown: Map<String, Value> = shown.collect();
    let has_value = shown.keys().any(|name| !is_name(name.as_str()));
    has_value.then_some(Value::Object(shown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn person() -> Map<String, Value> {
        let person = json!({
            "userName": "ada@x", "nickName": "Countess", "active": true,
            "name": {"givenName": "Ada", "formatted": "Ada Byron"},
            "emails": [{"value": "a@x", "type": "Work", "primary": true}, {"value": "b@x", "type": "home"}, {"value": "c@x"}],
            "addresses": [{"type": "work", "country": "GB", "locality": "London"}, {"type": "home", "country": "FR"}],
            ENTERPRISE: {"costCenter": "7", "manager": {"value": "8"}},
        });
        person.as_object().unwrap().clone()
    }

    #[test]
    fn each_path_hides_what_arrives_under_it_and_nothing_else() {
        let (registry, person) = (Registry::standard(), person());
        let all = attributes_of(&registry, &person);
        for hidden in all.iter().flat_map(|one| &one.paths) {
            let shown = without_hidden(&registry, &person, std::slice::from_ref(hidden));
            let expected: Vec<_> = all.iter().filter(|one| !one.paths.contains(hidden)).cloned().collect();
            assert_eq!(attributes_of(&registry, &shown), expected, "{hidden}");
            assert!(expected.len() < all.len(), "{hidden}");
        }
        assert_eq!(without_hidden(&registry, &person, &[]), person);
    }

    #[test]
    fn an_element_of_which_nothing_is_left_is_hidden_as_a_whole() {
        let hidden =
            ["emails[type eq \"home\"].value", "addresses[type eq \"work\"].country", "name.formatted"];
        let hidden = hidden.map(str::to_owned);
        let shown = without_hidden(&Registry::standard(), &person(), &hidden);
        let emails = json!([{"value": "a@x", "type": "Work", "primary": true}, {"value": "c@x"}]);
        assert_eq!(shown["emails"], emails);
        let addresses = json!([{"type": "work", "locality": "London"}, {"type": "home", "country": "FR"}]);
        assert_eq!(shown["addresses"], addresses);
        assert_eq!(shown["name"], json!({"givenName": "Ada"}));
    }
}

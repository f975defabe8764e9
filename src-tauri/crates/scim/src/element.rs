//! When two values are equal, and which sub-attributes make a complex value worth storing (RFC 7643 section 2.4).

use serde_json::{Map, Value};

use crate::compare::{compare_numbers, timestamp};
use crate::fold::fold;
use crate::schema::{Attribute, Type};

/// The sub-attributes that label a complex value and are no value themselves.
const LABELS: [&str; 2] = ["type", "primary"];

/// Whether a part is more than a label, so that a value with this part alone is worth storing. `display` is a label
/// too where there is a `value` that it could be the name of.
pub(crate) fn is_significant(attribute: &Attribute, part: &str) -> bool {
    let names_value = attribute.sub("value").is_some();
    let is_label = |name: &str| {
        (names_value || attribute.multi_valued)
            && (LABELS.contains(&name) || (name == "display" && names_value))
    };
    !is_label(part) || attribute.sub_attributes.iter().all(|sub| is_label(&sub.name))
}

/// Whether a complex value has a part that is more than a label. Simple values other than null always do.
pub(crate) fn has_significant_part(attribute: &Attribute, value: &Value) -> bool {
    match value {
        Value::Object(parts) => parts.keys().any(|name| is_significant(attribute, name)),
        other => !other.is_null(),
    }
}

/// Whether two values of an attribute are equal: strings by their `caseExact`, dateTimes and numbers by what they
/// denote, complex values sub-attribute by sub-attribute.
pub(crate) fn same(attribute: &Attribute, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len() && left.keys().all(|name| same_part(attribute, name, left, right))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(attribute, left, right))
        }
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right).is_eq(),
        (Value::String(left), Value::String(right)) if left != right => match attribute.kind {
            Type::DateTime => timestamp(left).is_some_and(|left| Some(left) == timestamp(right)),
            _ => !attribute.case_exact && fold(left) == fold(right),
        },
        _ => left == right,
    }
}

/// Whether two complex values have the same part, or both lack it.
pub(crate) fn same_part(
    attribute: &Attribute,
    name: &str,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
) -> bool {
    match (left.get(name), right.get(name)) {
        (None, None) => true,
        (Some(left), Some(right)) => match attribute.sub(name) {
            Some(sub) => same(sub, left, right),
            None => left == right,
        },
        _ => false,
    }
}

/// Whether `wanted` identifies an element: with a `value` the one with this value and `type`
/// (and, without a type, of any type), else the one that has all its parts.
pub(crate) fn is_named_by(attribute: &Attribute, item: &Value, wanted: &Value) -> bool {
    match (item, wanted) {
        (Value::Object(item), Value::Object(wanted)) => {
            let by_value = wanted.contains_key("value");
            let counts = |name: &str| !by_value || name == "value" || name == "type";
            wanted.keys().filter(|name| counts(name)).all(|name| same_part(attribute, name, item, wanted))
        }
        _ => same(attribute, item, wanted),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Registry, ResourceType};

    fn attribute(name: &str) -> Attribute {
        let registry = Registry::standard();
        registry.attribute(ResourceType::User, name).expect("an attribute").clone()
    }

    #[test]
    fn texts_are_the_same_by_the_case_exactness_of_their_part() {
        let emails = attribute("emails");
        let one = json!({"value": "ada@x.org", "type": "work"});
        assert!(same(&emails, &one, &json!({"value": "Ada@X.org", "type": "Work"})), "neither part is exact");
        assert!(!same(&emails, &one, &json!({"value": "ada@x.org", "type": "home"})), "another type");
        assert!(!same(&emails, &one, &json!({"value": "ada@x.org"})), "no type is not any type");
        let photos = attribute("photos");
        let photo = json!({"value": "https://x.org/A.png"});
        assert!(!same(&photos, &photo, &json!({"value": "https://x.org/a.png"})), "references are exact");
        assert!(!same(&attribute("externalId"), &json!("A"), &json!("a")), "externalId is exact");
    }

    #[test]
    fn a_label_alone_is_no_value() {
        let (emails, addresses, name) = (attribute("emails"), attribute("addresses"), attribute("name"));
        for part in ["type", "primary", "display"] {
            assert!(!is_significant(&emails, part), "an e-mail of {part} alone");
        }
        assert!(
            is_significant(&emails, "value")
                && is_significant(&addresses, "locality")
                && is_significant(&name, "formatted")
        );
        assert!(!is_significant(&addresses, "type"), "an address of a type alone");
    }
}

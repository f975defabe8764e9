//! The part of JSON Schema 2020-12 that the OpenAPI document uses. A keyword that is not read here ends the test.

use serde_json::{Map, Value};

/// What is wrong with a value, by a schema inside a document to which its references lead.
pub(crate) fn faults(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let rules = schema.as_object().unwrap_or_else(|| panic!("{place}: {schema} is no schema"));
    let again = |schema: &Value| faults(document, schema, value, place);
    let mut found = Vec::new();
    for (keyword, rule) in rules {
        match keyword.as_str() {
            "$ref" => found.extend(again(referred(document, rule))),
            "allOf" => found.extend(list(rule).iter().flat_map(again)),
            "anyOf" => {
                let each: Vec<Vec<String>> = list(rule).iter().map(again).collect();
                if !each.iter().any(Vec::is_empty) {
                    found.extend(each.into_iter().flatten());
                }
            }
            "properties" => found.extend(faults_of_members(document, rules, value, place)),
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(faults(document, rule, item, &format!("{place}[{at}]")));
                }
            }
            // The first two are read with the properties; the others are for people and generators.
            "patternProperties"
            | "additionalProperties"
            | "description"
            | "examples"
            | "format"
            | "contentEncoding"
            | "readOnly"
            | "writeOnly" => {}
            _ if holds(keyword, rule, value) => {}
            _ => found.push(format!("{place} is {value}, and its {keyword} is {rule}")),
        }
    }
    found
}

/// What a reference leads to.
pub(crate) fn referred<'d>(document: &'d Value, reference: &Value) -> &'d Value {
    let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
    let found = pointer.and_then(|pointer| document.pointer(pointer));
    found.unwrap_or_else(|| panic!("{reference} leads to nothing"))
}

fn faults_of_members(
    document: &Value,
    rules: &Map<String, Value>,
    value: &Value,
    place: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        let by_pattern = || {
            let patterns = rules.get("patternProperties").and_then(Value::as_object);
            let meant = patterns.into_iter().flatten().find(|(pattern, _)| name.starts_with(start(pattern)));
            meant.map(|(_, rule)| rule)
        };
        match rules["properties"].get(name).or_else(by_pattern) {
            Some(rule) => found.extend(faults(document, rule, member, &place)),
            None if rules.get("additionalProperties") == Some(&Value::Bool(false)) => {
                found.push(format!("{place} is not in the document"));
            }
            None => {}
        }
    }
    found
}

/// Whether a value fits a keyword that has no schemas in it. A keyword for values of another type always fits.
fn holds(keyword: &str, rule: &Value, value: &Value) -> bool {
    let least = || rule.as_u64().unwrap();
    match keyword {
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            other => panic!("the type {other} is not read here"),
        },
        "const" => value == rule,
        "enum" => list(rule).contains(value),
        "required" => value
            .as_object()
            .is_none_or(|members| list(rule).iter().all(|name| members.contains_key(name.as_str().unwrap()))),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= least()),
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= least()),
        "minimum" => value.as_i64().is_none_or(|number| u64::try_from(number).is_ok_and(|n| n >= least())),
        "pattern" => value.as_str().is_none_or(|text| text.starts_with(start(rule.as_str().unwrap()))),
        other => panic!("the keyword {other} is not read here"),
    }
}

/// The text with which a pattern says that a value starts.
fn start(pattern: &str) -> &str {
    let start = pattern
        .strip_prefix('^')
        .filter(|start| !start.contains(['\\', '.', '[', ']', '(', ')', '*', '+', '?', '|', '$']));
    start.unwrap_or_else(|| panic!("the pattern {pattern} is not read here"))
}

fn list(rule: &Value) -> &[Value] {
    rule.as_array().unwrap_or_else(|| panic!("{rule} is no list"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_keyword_takes_what_fits_and_finds_what_does_not() {
        let object = json!({
            "properties": {"a": {"type": "integer"}},
            "patternProperties": {"^urn:": {"type": "object"}},
            "additionalProperties": false,
        });
        let document = json!({"number": {"type": "number"}});
        for (schema, fits, does_not) in [
            (json!({"type": "object"}), json!({}), json!([])),
            (json!({"type": "array"}), json!([]), json!({})),
            (json!({"type": "string"}), json!("a"), json!(1)),
            (json!({"type": "boolean"}), json!(true), json!("true")),
            (json!({"type": "integer"}), json!(1), json!(1.5)),
            (json!({"$ref": "#/number"}), json!(1.5), json!("1.5")),
            (json!({"const": "a"}), json!("a"), json!("b")),
            (json!({"enum": ["a", "b"]}), json!("b"), json!("c")),
            (json!({"required": ["a"]}), json!({"a": 1}), json!({"b": 1})),
            (json!({"minItems": 1}), json!([1]), json!([])),
            (json!({"minLength": 1}), json!("a"), json!("")),
            (json!({"minimum": 1}), json!(1), json!(-1)),
            (json!({"pattern": "^W/"}), json!("W/1"), json!("1")),
            (json!({"items": {"type": "string"}}), json!(["a"]), json!(["a", 1])),
            (json!({"allOf": [{"type": "integer"}, {"minimum": 2}]}), json!(2), json!(1)),
            (json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}), json!("a"), json!(true)),
            (object.clone(), json!({"a": 1}), json!({"a": "1"})),
            (object.clone(), json!({"urn:x": {}}), json!({"urn:x": 1})),
            (object, json!({}), json!({"b": 1})),
        ] {
            assert_eq!(faults(&document, &schema, &fits, "it"), Vec::<String>::new(), "{schema}");
            assert!(!faults(&document, &schema, &does_not, "it").is_empty(), "{schema}: {does_not}");
        }
    }
}

//! What a refused request asked for, about which user or group. It is for the admin here: the record has it, the client
//! never does.

use scim::{ResourceType, Target};
use serde_json::{Map, Value};

/// How many characters of a name in a request a sentence shows.
const SHOWN: usize = 80;
/// How many of them are stored and compared.
const STORED: usize = 512;

/// What a request asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    /// "create", "change", "delete", "look up".
    pub act: &'static str,
    /// "ada@acme.example", "the group Crew".
    pub subject: String,
}

impl Intent {
    /// What a request with this method and target asks for. `name` is the one in its body, `stored` that of the resource
    /// here.
    pub(crate) fn of(
        method: &str,
        target: &Target,
        name: Option<&str>,
        stored: Option<String>,
    ) -> Option<Self> {
        let act = match method {
            "POST" => "create",
            "PUT" | "PATCH" => "change",
            "DELETE" => "delete",
            _ => "look up",
        };
        let name = name.map(|name| printable(name, SHOWN));
        let (resource_type, subject) = match target {
            Target::Resources(resource_type) if method == "POST" => (*resource_type, name),
            Target::Resource(resource_type, id) => {
                let known = stored.or(name);
                (*resource_type, Some(known.unwrap_or_else(|| printable(id, SHOWN))))
            }
            _ => return None,
        };
        let subject = match (resource_type, subject) {
            (ResourceType::User, Some(name)) => name,
            (ResourceType::User, None) => "a user without a name".to_owned(),
            (ResourceType::Group, Some(name)) => format!("the group {name}"),
            (ResourceType::Group, None) => "a group without a name".to_owned(),
        };
        Some(Self { act, subject })
    }
}

/// The name in a body: the userName, else the displayName, else the externalId.
pub(crate) fn name_in(body: &Map<String, Value>) -> Option<String> {
    ["userName", "displayName", "externalId"].into_iter().find_map(|wanted| {
        let (_, value) = body.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
        Some(printable(value.as_str()?, STORED)).filter(|name| !name.is_empty())
    })
}

/// What a body does with `active`, in any form that clients send: a PUT's attribute, a PATCH's operation with or without a
/// path. Of several, the last one counts.
pub(crate) fn active_in(body: &Map<String, Value>) -> Option<bool> {
    let own = body.iter().find_map(|(key, value)| match value {
        Value::Object(attributes) if key.eq_ignore_ascii_case(ResourceType::User.schema()) => {
            active_in(attributes)
        }
        _ if is_active(key) => truth(value),
        _ => None,
    });
    if own.is_some() {
        return own;
    }
    let (_, operations) = body.iter().find(|(key, _)| key.eq_ignore_ascii_case("Operations"))?;
    operations.as_array()?.iter().rev().find_map(|operation| {
        let part = |wanted: &str| {
            let operation = operation.as_object()?;
            operation.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let path = part("path").and_then(Value::as_str).unwrap_or_default();
        let value = part("value")?;
        match value.as_object() {
            Some(attributes) if path.is_empty() => active_in(attributes),
            _ => truth(value).filter(|_| is_active(path)),
        }
    })
}

/// Whether a name or a path is that of `active`, also with the URN of its schema.
fn is_active(name: &str) -> bool {
    name.rsplit(':').next().is_some_and(|last| last.eq_ignore_ascii_case("active"))
}

/// A truth value, also as a text, in a list, or in an object with `value`. What is certainly meant as false is also read
/// where it is refused: a change that succeeds later does not show that the deactivation was done.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "false" | "no" | "off" | "0" => Some(false),
            "true" => Some(true),
            _ => None,
        },
        Value::Number(number) => (number.as_u64() == Some(0)).then_some(false),
        Value::Array(items) => items.first().and_then(truth),
        Value::Object(parts) => parts.get("value").and_then(truth),
        Value::Null => None,
    }
}

fn printable(text: &str, limit: usize) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(limit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_name_in_a_body_is_the_one_that_says_most() {
        let name = |body: Value| name_in(body.as_object().unwrap());
        let all = json!({"externalId": "4711", "displayName": "Ada", "username": " ada@acme.example "});
        assert_eq!(name(all).as_deref(), Some("ada@acme.example"), "the userName, in any case");
        assert_eq!(name(json!({"userName": "", "displayName": "Ada"})).as_deref(), Some("Ada"));
        assert_eq!(name(json!({"userName": 7, "externalId": "47\u{7}11"})).as_deref(), Some("4711"));
        assert_eq!(name(json!({"active": true})), None);
        let long = |end: &str| name(json!({"userName": format!("{}{end}", "x".repeat(SHOWN))})).unwrap();
        assert_ne!(long("a"), long("b"), "two people with long names are two");
        let intent = Intent::of("POST", &Target::Resources(ResourceType::User), Some(&long("a")), None);
        assert_eq!(intent.unwrap().subject, "x".repeat(SHOWN), "a sentence shows a part");
    }

    #[test]
    fn what_a_body_does_with_active_is_found_in_every_form() {
        let patch = |operation: Value| json!({"Operations": [operation]});
        for (body, active) in [
            (json!({"userName": "ada", "active": false}), Some(false)),
            (json!({"Active": "True"}), Some(true)),
            (json!({"userName": "ada"}), None),
            (patch(json!({"op": "replace", "path": "active", "value": false})), Some(false)),
            (patch(json!({"op": "Replace", "path": "active", "value": "False"})), Some(false)),
            (
                patch(
                    json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": [false]}),
                ),
                Some(false),
            ),
            (patch(json!({"op": "replace", "value": {"active": false}})), Some(false)),
            (
                patch(
                    json!({"op": "replace", "path": "active", "value": [{"$ref": null, "value": "False"}]}),
                ),
                Some(false),
            ),
            (
                patch(
                    json!({"op": "replace", "value": {"urn:ietf:params:scim:schemas:core:2.0:User:active": false}}),
                ),
                Some(false),
            ),
            (json!({"urn:ietf:params:scim:schemas:core:2.0:User": {"active": false}}), Some(false)),
            (patch(json!({"op": "replace", "path": "title", "value": "false"})), None),
            (patch(json!({"op": "replace", "path": "active", "value": "yes"})), None),
            (patch(json!({"op": "replace", "path": "active", "value": "no"})), Some(false)),
            (patch(json!({"op": "replace", "path": "active", "value": 0})), Some(false)),
            (
                json!({"Operations": [
                    {"op": "replace", "path": "active", "value": true}, {"op": "replace", "path": "active", "value": false}
                ]}),
                Some(false),
            ),
        ] {
            assert_eq!(active_in(body.as_object().unwrap()), active, "{body}");
        }
    }
}

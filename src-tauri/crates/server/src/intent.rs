//! What a refused request asked for, about which user or group. It is for the admin here: the record has it, the client
//! never does.

use scim::{ResourceType, Target};
use serde_json::{Map, Value};

/// How many characters of a name in a request a sentence shows.
const SHOWN: usize = 80;

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
        let (resource_type, subject) = match target {
            Target::Resources(resource_type) if method == "POST" => (*resource_type, name.map(str::to_owned)),
            Target::Resource(resource_type, id) => {
                let known = stored.or(name.map(str::to_owned));
                (*resource_type, Some(known.unwrap_or_else(|| printable(id))))
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
        Some(printable(value.as_str()?)).filter(|name| !name.is_empty())
    })
}

/// What a body does with `active`, in any form that clients send: a PUT's attribute, a PATCH's operation with or without a
/// path. Of several, the last one counts.
pub(crate) fn active_in(body: &Map<String, Value>) -> Option<bool> {
    let own = body.iter().find(|(key, _)| key.eq_ignore_ascii_case("active"));
    if let Some(active) = own.and_then(|(_, value)| truth(value)) {
        return Some(active);
    }
    let (_, operations) = body.iter().find(|(key, _)| key.eq_ignore_ascii_case("Operations"))?;
    operations.as_array()?.iter().rev().find_map(|operation| {
        let part = |wanted: &str| {
            let operation = operation.as_object()?;
            operation.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let path = part("path").and_then(Value::as_str).unwrap_or_default();
        let path = path.rsplit(':').next().unwrap_or_default();
        let value = part("value")?;
        match value.as_object() {
            Some(attributes) if path.is_empty() => active_in(attributes),
            _ => truth(value).filter(|_| path.eq_ignore_ascii_case("active")),
        }
    })
}

/// A truth value, also as a text or in a list.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        Value::Array(items) => items.first().and_then(truth),
        _ => None,
    }
}

fn printable(text: &str) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(SHOWN).collect()
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
            (patch(json!({"op": "replace", "path": "title", "value": "false"})), None),
            (patch(json!({"op": "replace", "path": "active", "value": "yes"})), None),
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

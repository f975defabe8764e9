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
}

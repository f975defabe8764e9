//! Which attributes a write of a person has, with their values, by the paths of RFC 7644 section 3.10.

use scim::schema::Mutability;
use scim::{Attribute, Registry, ResourceType};
use serde_json::{Map, Value};

use crate::incoming_request::IncomingRequest;
use crate::normalise::normalise;
use crate::provider::Provider;
use crate::resolved_path::{ResolvedPath, path_of};

/// Parts of an element that say which one it is, and repeat what another part says.
pub(crate) const OF_ELEMENT: [&str; 4] = ["type", "primary", "display", "$ref"];

/// An attribute with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// Its paths. An element has one by its type, one if it is the primary one, and one without either if it is neither.
    pub paths: Vec<String>,
    /// The value; never null or empty.
    pub value: Value,
}

/// The attributes that a POST, PUT or PATCH of a person gives a value, as they are understood: after the deviations were
/// normalised. What it removes or leaves empty is not among them, nor is what is in no schema, read-only or never returned.
/// None where the body is no JSON object, as one that was cut. `path` is below the endpoint `base`, without a query.
pub fn received(
    provider: Provider,
    registry: &Registry,
    base: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Option<Vec<Received>> {
    let body = normalised(provider, registry, base, method, path, body)?;
    Some(given_by(registry, method, &body))
}

/// The body in the form of the RFC; None where it is no JSON object.
pub(crate) fn normalised(
    provider: Provider,
    registry: &Registry,
    base: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Option<Map<String, Value>> {
    let body = serde_json::from_str(body).ok()?;
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut request = IncomingRequest { method, path, query: String::new(), body: Some(body) };
    normalise(provider, registry, base, &mut request);
    request.body
}

/// What a body in the form of the RFC gives a value.
pub(crate) fn given_by(registry: &Registry, method: &str, body: &Map<String, Value>) -> Vec<Received> {
    let mut found = Found { registry, list: Vec::new() };
    if method == "PATCH" {
        found.operations(body);
    } else {
        found.resource(body);
    }
    found.list
}

/// The attributes that a stored person has.
pub fn attributes_of(registry: &Registry, document: &Map<String, Value>) -> Vec<Received> {
    let mut found = Found { registry, list: Vec::new() };
    found.resource(document);
    found.list
}

struct Found<'r> {
    registry: &'r Registry,
    list: Vec<Received>,
}

impl Found<'_> {
    fn resource(&mut self, body: &Map<String, Value>) {
        let registry = self.registry;
        for (key, value) in body {
            if let Some(attribute) = registry.attribute(ResourceType::User, key) {
                self.attribute(None, attribute, value);
            } else if let (Some(schema), Value::Object(inner)) =
                (registry.extension(ResourceType::User, key), value)
            {
                for (name, value) in inner {
                    if let Some(attribute) = schema.attribute(name) {
                        self.attribute(Some(&schema.id), attribute, value);
                    }
                }
            }
        }
    }

    fn operations(&mut self, body: &Map<String, Value>) {
        let Some(Value::Array(operations)) = body.get("Operations") else { return };
        for operation in operations {
            let part = |name: &str| operation.get(name);
            let removes = part("op").and_then(Value::as_str).is_some_and(|op| op == "remove");
            let Some(value) = part("value").filter(|_| !removes) else { continue };
            match (part("path").and_then(Value::as_str), value) {
                (None | Some(""), Value::Object(attributes)) => self.resource(attributes),
                (Some(path), value) => self.at(path, value),
                _ => {}
            }
        }
    }

    fn at(&mut self, path: &str, value: &Value) {
        let Some(place) = ResolvedPath::resolve(self.registry, ResourceType::User, path) else {
            // The URN of an extension names all that is in it.
            self.resource(&Map::from_iter([(path.to_owned(), value.clone())]));
            return;
        };
        if !is_stored(place.top) {
            return;
        }
        let top = path_of(place.urn, &place.top.name);
        match (&place.filter, place.sub, value) {
            (None, None, value) => self.attribute(place.urn, place.top, value),
            (None, Some(_), value) => self.add(vec![place.path()], value),
            (Some(filter), Some(sub), value) => {
                self.add(vec![format!("{top}[{}].{}", selection(filter), sub.name)], value);
            }
            (Some(filter), None, Value::Object(parts)) => {
                self.parts(&[format!("{top}[{}]", selection(filter))], place.top, parts);
            }
            (Some(filter), None, value) => self.add(vec![format!("{top}[{}]", selection(filter))], value),
        }
    }

    fn attribute(&mut self, urn: Option<&str>, attribute: &Attribute, value: &Value) {
        if !is_stored(attribute) {
            return;
        }
        let path = path_of(urn, &attribute.name);
        match value {
            Value::Array(items) => {
                for item in items {
                    self.element(&path, attribute, item);
                }
            }
            value if attribute.multi_valued => self.element(&path, attribute, value),
            Value::Object(parts) => self.parts(&[path], attribute, parts),
            value => self.add(vec![path], value),
        }
    }

    fn element(&mut self, path: &str, attribute: &Attribute, item: &Value) {
        let Value::Object(parts) = item else { return self.add(vec![path.to_owned()], item) };
        let kind = parts.get("type").and_then(Value::as_str).filter(|kind| !kind.is_empty());
        let is_primary = parts.get("primary") == Some(&Value::Bool(true));
        let mut places = Vec::new();
        places.extend(kind.map(|kind| format!("{path}[{}]", of_type(kind))));
        places.extend(is_primary.then(|| format!("{path}[{PRIMARY}]")));
        if places.is_empty() {
            places.push(path.to_owned());
        }
        self.parts(&places, attribute, parts);
    }

    fn parts(&mut self, places: &[String], attribute: &Attribute, parts: &Map<String, Value>) {
        for (name, value) in parts {
            if let Some(sub) = attribute.sub(name)
                && is_stored(sub)
                && !(attribute.multi_valued && OF_ELEMENT.contains(&sub.name.as_str()))
            {
                self.add(places.iter().map(|place| format!("{place}.{}", sub.name)).collect(), value);
            }
        }
    }

    fn add(&mut self, paths: Vec<String>, value: &Value) {
        let is_empty = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(parts) => parts.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_empty {
            self.list.push(Received { paths, value: value.clone() });
        }
    }
}

const PRIMARY: &str = "primary eq true";

fn of_type(kind: &str) -> String {
    format!("type eq {}", Value::from(kind.to_lowercase()))
}

/// Between the brackets of an element that another filter selects, whose values may be those of a person.
pub const OTHER_FILTER: &str = "…";

/// A filter between brackets, in one form: one of the usual two, or that it is another one.
fn selection(filter: &str) -> String {
    let words: Vec<&str> = filter.split_whitespace().collect();
    match words.as_slice() {
        [name, "eq", kind] if name.eq_ignore_ascii_case("type") => of_type(kind.trim_matches('"')),
        [name, "eq", truth]
            if name.eq_ignore_ascii_case("primary")
                && truth.trim_matches('"').eq_ignore_ascii_case("true") =>
        {
            PRIMARY.to_owned()
        }
        _ => OTHER_FILTER.to_owned(),
    }
}

fn is_stored(attribute: &Attribute) -> bool {
    !matches!(attribute.mutability, Mutability::ReadOnly | Mutability::WriteOnly)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn paths(method: &str, body: &Value) -> Vec<String> {
        let registry = Registry::standard();
        let path = if method == "POST" { "/Users" } else { "/Users/7" };
        let found =
            received(Provider::Azure, &registry, "https://x/scim/v2/c", method, path, &body.to_string());
        let mut paths: Vec<String> =
            found.unwrap().into_iter().map(|one| one.paths.join(" | ").replace(ENTERPRISE, "E")).collect();
        paths.sort();
        paths
    }

    #[test]
    fn a_create_gives_each_attribute_its_path() {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE], "id": "7", "password": "secret",
            "userName": "ada@x", "externalId": "1", "name": {"givenName": "Ada", "familyName": ""}, "title": null,
            "active": "True", "groups": [{"value": "g"}], "colour": "blue",
            "emails": [{"value": "ada@x", "type": "Work", "primary": true, "display": "Ada"}, {"value": "b"}],
            "phoneNumbers": [{"value": "1", "primary": true}, {"value": "2", "type": "mobile"}],
            ENTERPRISE: {"department": "Maths", "manager": "8", "colour": "red"},
        });
        assert_eq!(
            paths("POST", &body),
            [
                "E:department",
                "E:manager.value",
                "active",
                "emails.value",
                "emails[type eq \"work\"].value | emails[primary eq true].value",
                "externalId",
                "name.givenName",
                "phoneNumbers[primary eq true].value",
                "phoneNumbers[type eq \"mobile\"].value",
                "userName",
            ]
        );
    }

    #[test]
    fn a_patch_gives_what_it_sets_and_not_what_it_removes() {
        let manager = format!("{ENTERPRISE}:manager");
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@x"},
            {"op": "Add", "path": "emails[Type eq \"HOME\"]", "value": {"value": "ada@y", "type": "home"}},
            {"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Chief"},
            {"op": "Replace", "path": "emails[value eq \"ada@old\"].value", "value": "ada@new"},
            {"op": "Add", "path": "phoneNumbers", "value": [{"value": "1", "type": "fax"}]},
            {"op": "Replace", "value": {"displayName": "Ada", "name.familyName": "King", "colour": "blue"}},
            {"op": "Add", "path": manager, "value": "8"},
            {"op": "Remove", "path": "title"},
            {"op": "Replace", "path": "nickName", "value": ""},
        ]});
        assert_eq!(
            paths("PATCH", &body),
            [
                "E:manager.value",
                "displayName",
                "emails[type eq \"home\"].value",
                "emails[type eq \"work\"].value",
                "emails[…].value",
                "name.familyName",
                "phoneNumbers[type eq \"fax\"].value",
                "roles[primary eq true].value",
            ]
        );
    }

    #[test]
    fn a_body_that_was_cut_has_no_attributes() {
        let registry = Registry::standard();
        assert_eq!(received(Provider::Okta, &registry, "", "POST", "/Users", "{\"userName\":\"a…"), None);
        assert_eq!(received(Provider::Okta, &registry, "", "POST", "/Users", "[]"), None);
    }

    #[test]
    fn a_stored_person_has_the_same_paths() {
        let document = json!({"userName": "ada", "emails": [{"value": "a", "type": "work"}], "active": true});
        let found = attributes_of(&Registry::standard(), document.as_object().unwrap());
        let paths: Vec<&str> = found.iter().flat_map(|one| &one.paths).map(String::as_str).collect();
        assert_eq!(paths, ["userName", "emails[type eq \"work\"].value", "active"]);
    }
}

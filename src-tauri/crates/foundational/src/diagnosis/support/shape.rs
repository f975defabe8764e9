//! The shape of a JSON body: which attributes of the schemas it has, of which types. Values are masked, and so are names
//! that no schema has.

use std::collections::BTreeSet;

use scim::{Attribute, Registry, ResourceType};
use serde_json::{Map, Value, json};

/// Names in messages of RFC 7644.
const MESSAGE: &[&str] = &[
    "schemas",
    "operations",
    "op",
    "path",
    "value",
    "resources",
    "totalresults",
    "startindex",
    "itemsperpage",
    "detail",
    "scimtype",
    "status",
    "filter",
    "count",
    "attributes",
    "excludedattributes",
    "sortby",
    "sortorder",
    "cursor",
    "nextcursor",
    "previouscursor",
    "method",
    "bulkid",
    "version",
    "data",
    "location",
    "response",
    "failonerrors",
];
/// Values of `op` and `method`: what a request does. A person can have such a name.
const WORDS: &[&str] = &["add", "remove", "replace", "post", "put", "patch", "delete"];
/// Booleans that were sent as text.
const BOOLEANS: &[&str] = &["true", "false"];
/// Before the names of the schemas that RFCs define; that of another may have the name of a company.
const STANDARD: &[&str] =
    &["urn:ietf:params:scim:schemas:core:", "urn:ietf:params:scim:schemas:extension:enterprise:"];
/// How many elements of a list are shown.
const ELEMENTS: usize = 5;
/// How deep.
const DEPTH: usize = 8;

/// The names that may be shown.
pub(super) struct Shape(BTreeSet<String>);

impl Shape {
    pub(super) fn of(registry: &Registry) -> Self {
        let mut names: BTreeSet<String> = MESSAGE.iter().map(|name| (*name).to_owned()).collect();
        let mut add = |attributes: &[Attribute]| {
            for attribute in attributes {
                names.insert(attribute.name.to_lowercase());
                names.extend(attribute.sub_attributes.iter().map(|sub| sub.name.to_lowercase()));
            }
        };
        add(registry.common());
        for resource_type in [ResourceType::User, ResourceType::Group] {
            add(&registry.core(resource_type).attributes);
        }
        for schema in registry.schemas() {
            add(&schema.attributes);
        }
        let ids = registry.schemas().map(|schema| schema.id.to_lowercase());
        names.extend(ids.filter(|id| STANDARD.iter().any(|before| id.starts_with(before))));
        Self(names)
    }

    /// A name as it is shown.
    pub(super) fn name<'a>(&self, name: &'a str) -> &'a str {
        // `emails[type eq "work"].value` and `name.familyName` are paths.
        let is_known = self.0.contains(&name.to_lowercase())
            || name.split('.').all(|part| self.0.contains(&part.to_lowercase()));
        if is_known { name } else { "…" }
    }

    /// The shape of a body; text that is no JSON is masked whole.
    pub(super) fn body(&self, text: &str) -> Value {
        serde_json::from_str(text).map_or_else(
            |_| json!(format!("text of {} bytes", text.len())),
            |body| self.value(&body, "", DEPTH),
        )
    }

    fn value(&self, value: &Value, name: &str, depth: usize) -> Value {
        match value {
            Value::Object(_) | Value::Array(_) if depth == 0 => json!("…"),
            Value::Object(parts) => {
                let shown = |(name, part): (&String, &Value)| {
                    (self.name(name).to_owned(), self.value(part, name, depth - 1))
                };
                Value::Object(parts.iter().map(shown).collect::<Map<_, _>>())
            }
            Value::Array(items) => {
                let mut shown: Vec<Value> =
                    items.iter().take(ELEMENTS).map(|item| self.value(item, name, depth - 1)).collect();
                if let Some(more) = items.len().checked_sub(ELEMENTS).filter(|more| *more > 0) {
                    shown.push(json!(format!("and {more} more")));
                }
                Value::Array(shown)
            }
            Value::String(text) => json!(self.text(text, name)),
            Value::Number(_) => json!("number"),
            Value::Bool(_) | Value::Null => value.clone(),
        }
    }

    fn text<'a>(&self, text: &'a str, name: &str) -> &'a str {
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        let is_act = name.eq_ignore_ascii_case("op") || name.eq_ignore_ascii_case("method");
        let is_word = is(BOOLEANS) || is_act && is(WORDS);
        let is_name = name.eq_ignore_ascii_case("path") || name.eq_ignore_ascii_case("schemas");
        match () {
            () if is_word => text,
            () if is_name && self.name(text) == text => text,
            () if name.eq_ignore_ascii_case("schemas")
                && text.starts_with("urn:ietf:params:scim:api:messages:2.0:") =>
            {
                MESSAGES.iter().find(|known| text.ends_with(*known)).map_or("…", |known| known)
            }
            () => "string",
        }
    }
}

/// The last parts of the URNs of RFC 7644's messages.
const MESSAGES: &[&str] =
    &["ListResponse", "SearchRequest", "PatchOp", "BulkRequest", "BulkResponse", "Error"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_schemas_and_what_is_done_remain_and_everything_else_is_masked() {
        let shape = Shape::of(&Registry::standard());
        for (body, expected) in [
            (
                json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada", "active": false}),
                json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "string", "active": false}),
            ),
            (json!({"ada": "ada", "badge": 4711}), json!({"…": "number"})),
            (json!({"name": {"familyName": "Post"}}), json!({"name": {"familyName": "string"}})),
            (
                json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
                    {"op": "Replace", "path": "active", "value": "False"},
                    {"op": "add", "path": "emails[value eq \"ada@x\"].value", "value": "ada@x"},
                    {"op": "ada", "path": "name.familyName", "value": {"givenName": "Ada"}}]}),
                json!({"schemas": ["PatchOp"], "Operations": [
                    {"op": "Replace", "path": "active", "value": "False"},
                    {"op": "add", "path": "string", "value": "string"},
                    {"op": "string", "path": "name.familyName", "value": {"givenName": "string"}}]}),
            ),
            (
                json!([1, 2, 3, 4, 5, 6, 7]),
                json!(["number", "number", "number", "number", "number", "and 2 more"]),
            ),
        ] {
            assert_eq!(shape.body(&body.to_string()), expected, "{body}");
        }
        assert_eq!(shape.body("ada=4711"), json!("text of 8 bytes"));
    }
}

//! A resource from the text of its document, as [`crate::render`] shows it to a client that selects nothing: the values are
//! copied, and not parsed.

use crate::json_text::{items, members, push_text};
use crate::render::Meta;
use crate::schema::{Attribute, Registry, ResourceType, Returned};
use crate::version::etag;

/// Writes resources of one type.
pub struct TextRenderer<'r> {
    resource_type: ResourceType,
    /// What is shown, in its order.
    shown: Vec<&'r Attribute>,
    extensions: Vec<Extension<'r>>,
}

struct Extension<'r> {
    urn: &'r str,
    shown: Vec<&'r Attribute>,
}

/// A member of a document, or of a part of it: the name and the text of the value.
type Member<'t> = (&'t str, &'t str);

impl<'r> TextRenderer<'r> {
    /// The renderer of a resource type by these schemas.
    pub fn of(registry: &'r Registry, resource_type: ResourceType) -> Self {
        let own = ["schemas", "id", "meta"];
        let common = registry.common().iter().filter(|attribute| !own.contains(&attribute.name.as_str()));
        let extension = |schema: &'r crate::schema::Schema| Extension {
            urn: &schema.id,
            shown: schema.attributes.iter().filter(|attribute| is_shown(attribute)).collect(),
        };
        Self {
            resource_type,
            shown: common
                .chain(&registry.core(resource_type).attributes)
                .filter(|attribute| is_shown(attribute))
                .collect(),
            extensions: registry.extensions(resource_type).map(extension).collect(),
        }
    }

    /// Writes a resource behind what is in `out`. `document` is a stored document as compact JSON, and `computed` the
    /// entries of the computed attribute, rendered and joined by commas; an empty text is no attribute.
    ///
    /// `None`: the text is not as this server writes it, and `out` is as before; [`crate::render`] decides then.
    pub fn write(
        &self,
        id: &str,
        document: &str,
        meta: &Meta,
        computed: &str,
        out: &mut String,
    ) -> Option<()> {
        let length = out.len();
        let written = self.try_write(id, document, meta, computed, out);
        if written.is_none() {
            out.truncate(length);
        }
        written
    }

    fn try_write(
        &self,
        id: &str,
        document: &str,
        meta: &Meta,
        computed: &str,
        out: &mut String,
    ) -> Option<()> {
        let found = all_members(document)?;
        let (mut urns, mut extensions) = (String::new(), String::new());
        for Extension { urn, shown } in &self.extensions {
            let Some(value) = value_of(&found, urn) else { continue };
            if !value.starts_with('{') {
                continue;
            }
            let parts = all_members(value)?;
            let length = extensions.len();
            extensions.push(',');
            push_text(&mut extensions, urn);
            extensions.push_str(":{");
            if push_members(&mut extensions, shown.iter().copied(), &parts)? {
                extensions.push('}');
                urns.push(',');
                push_text(&mut urns, urn);
            } else {
                extensions.truncate(length);
            }
        }
        out.push_str("{\"schemas\":[");
        push_text(out, self.resource_type.schema());
        out.push_str(&urns);
        out.push_str("],\"id\":");
        push_text(out, id);
        let name = self.resource_type.computed();
        for attribute in &self.shown {
            if attribute.name == name && !computed.is_empty() {
                out.push(',');
                push_text(out, name);
                out.push_str(":[");
                out.push_str(computed);
                out.push(']');
            } else if let Some(value) = value_of(&found, &attribute.name) {
                push_member(out, true, attribute, value)?;
            }
        }
        out.push_str(&extensions);
        push_meta(out, self.resource_type, meta);
        out.push('}');
        Some(())
    }
}

/// Whether an attribute is in an answer to a client that selects nothing.
fn is_shown(attribute: &Attribute) -> bool {
    matches!(attribute.returned, Returned::Always | Returned::Default)
}

fn all_members(text: &str) -> Option<Vec<Member<'_>>> {
    let mut found = Vec::with_capacity(16);
    members(text, |name, value| {
        found.push((name, value));
        Some(())
    })?;
    Some(found)
}

fn value_of<'t>(found: &[Member<'t>], name: &str) -> Option<&'t str> {
    found.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

/// Writes the attributes that have a value, with commas between them, and answers whether there is one.
fn push_members<'a>(
    out: &mut String,
    attributes: impl Iterator<Item = &'a Attribute>,
    found: &[Member<'_>],
) -> Option<bool> {
    let mut has_some = false;
    for attribute in attributes {
        if let Some(value) = value_of(found, &attribute.name) {
            has_some |= push_member(out, has_some, attribute, value)?;
        }
    }
    Some(has_some)
}

/// Writes an attribute with what is shown of its value, behind a comma if there is one before it, and answers whether
/// anything is.
fn push_member(out: &mut String, is_behind: bool, attribute: &Attribute, value: &str) -> Option<bool> {
    let length = out.len();
    if is_behind {
        out.push(',');
    }
    push_text(out, &attribute.name);
    out.push(':');
    let is_written = push_value(out, attribute, value)?;
    if !is_written {
        out.truncate(length);
    }
    Some(is_written)
}

fn push_value(out: &mut String, attribute: &Attribute, value: &str) -> Option<bool> {
    match value.as_bytes().first()? {
        b'{' if attribute.is_complex() => push_parts(out, attribute, value),
        b'[' if attribute.is_complex() => {
            let (mut is_empty, mut has_some) = (true, false);
            out.push('[');
            items(value, |item| {
                is_empty = false;
                let length = out.len();
                if has_some {
                    out.push(',');
                }
                let is_written = if item.starts_with('{') {
                    push_parts(out, attribute, item)?
                } else {
                    out.push_str(item);
                    true
                };
                if !is_written {
                    out.truncate(length);
                }
                has_some |= is_written;
                Some(())
            })?;
            out.push(']');
            Some(has_some || is_empty)
        }
        _ => {
            out.push_str(value);
            Some(true)
        }
    }
}

/// Writes the parts of a complex value that are shown, as they are ordered there; answers whether there is one.
fn push_parts(out: &mut String, attribute: &Attribute, value: &str) -> Option<bool> {
    let mut has_some = false;
    out.push('{');
    members(value, |name, part| {
        if attribute.sub(name).is_some_and(is_shown) {
            if has_some {
                out.push(',');
            }
            push_text(out, name);
            out.push(':');
            out.push_str(part);
            has_some = true;
        }
        Some(())
    })?;
    out.push('}');
    Some(has_some)
}

fn push_meta(out: &mut String, resource_type: ResourceType, meta: &Meta) {
    out.push_str(",\"meta\":{\"resourceType\":");
    push_text(out, resource_type.name());
    out.push_str(",\"created\":");
    push_text(out, &meta.created_text());
    out.push_str(",\"lastModified\":");
    push_text(out, &meta.last_modified_text());
    out.push_str(",\"location\":");
    push_text(out, &meta.location);
    out.push_str(",\"version\":");
    push_text(out, &etag(meta.version));
    out.push('}');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::project::Projection;
    use crate::render::{render, render_entries};
    use crate::schema::{ENTERPRISE_USER_URN, Type};

    /// The standard schemas, and one of a workspace with attributes that are not shown.
    fn registry() -> Registry {
        let mut hidden = Attribute::new("hidden", Type::String, "Never shown.");
        hidden.returned = Returned::Never;
        let mut asked = Attribute::new("asked", Type::Integer, "Shown when it is selected.");
        asked.returned = Returned::Request;
        let mut many = Attribute::new("many", Type::Complex, "Some.");
        many.multi_valued = true;
        many.sub_attributes =
            vec![Attribute::new("part", Type::String, "Shown."), hidden.clone(), asked.clone()];
        let own = crate::Schema {
            id: "urn:ietf:params:scim:schemas:extension:Own:2.0:User".to_owned(),
            name: "Own".to_owned(),
            description: "Of a workspace.".to_owned(),
            attributes: vec![many, hidden, asked],
        };
        Registry::standard().with_extension(own).unwrap()
    }

    fn meta() -> Meta {
        Meta {
            created: "2024-01-01T00:00:00Z".parse().unwrap(),
            last_modified: "2024-01-02T00:00:00.5Z".parse().unwrap(),
            location: "https://x/Users/\"1".into(),
            version: 3,
        }
    }

    /// Compares the text with what [`render`] makes of the same document: the values, and the order of their names.
    fn compare(resource_type: ResourceType, document: &Map<String, Value>, entries: Vec<Value>) {
        let (registry, everything) = (registry(), Projection::default());
        let texts: Vec<String> = render_entries(&registry, resource_type, entries.clone(), &everything)
            .iter()
            .map(Value::to_string)
            .collect();
        let computed = Map::from_iter(
            (!entries.is_empty()).then(|| (resource_type.computed().to_owned(), entries.into())),
        );
        let expected = render(&registry, resource_type, "1\\", document, &meta(), computed, &everything);
        let text = Value::Object(document.clone()).to_string();
        let mut out = "before".to_owned();
        let renderer = TextRenderer::of(&registry, resource_type);
        renderer.write("1\\", &text, &meta(), &texts.join(","), &mut out).unwrap();
        assert_eq!(out, format!("before{}", Value::Object(expected)), "{text}");
    }

    #[test]
    fn a_document_that_is_not_as_it_is_written_here_is_left_alone() {
        let registry = registry();
        let renderer = TextRenderer::of(&registry, ResourceType::User);
        for other in
            ["", "null", r#"{"user\u004eame":"a"}"#, r#"{"emails":[{"val\u0075e":"a"}]}"#, r#"{"a":1"#]
        {
            let mut out = "x".to_owned();
            assert_eq!(renderer.write("1", other, &meta(), "", &mut out), None, "{other}");
            assert_eq!(out, "x", "{other}");
        }
    }

    #[test]
    fn the_text_of_a_usual_person_is_what_is_rendered() {
        let document = json!({
            "userName": "ada", "name": {"givenName": "Ada", "unknown": 1}, "active": true, "externalId": "é\"\n",
            "emails": [{"value": "a@x", "type": "work"}, {"unknown": "home"}, "text"], "photos": [], "ims": [{}],
            "groups": [{"value": "stored"}], "password": "never", "unknown": 1,
            ENTERPRISE_USER_URN: {"department": "R", "manager": {"value": "9"}, "unknown": 2},
            "urn:ietf:params:scim:schemas:extension:Own:2.0:User":
                {"many": [{"part": "a", "hidden": "b", "asked": 1}, {"hidden": "b"}], "hidden": "x", "asked": 2},
        });
        let document = document.as_object().unwrap();
        compare(ResourceType::User, document, vec![json!({"value": "g", "type": "direct", "display": "G"})]);
        compare(ResourceType::User, document, Vec::new());
        compare(
            ResourceType::Group,
            document,
            vec![json!({"value": "1", "display": "hidden", "type": "User"})],
        );
        compare(ResourceType::User, &Map::new(), Vec::new());
        let empty =
            json!({ENTERPRISE_USER_URN: {}, "urn:ietf:params:scim:schemas:extension:Own:2.0:User": []});
        compare(ResourceType::User, empty.as_object().unwrap(), Vec::new());
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<f64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from)
        ];
        let names = prop_oneof![
            Just("value"),
            Just("VALUE"),
            Just("type"),
            Just("part"),
            Just("hidden"),
            Just("other")
        ];
        leaf.prop_recursive(3, 20, 4, move |inner| {
            let member = (names.clone().prop_map(str::to_owned), inner.clone());
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Value::from),
                proptest::collection::vec(member, 0..4)
                    .prop_map(|members| Value::Object(Map::from_iter(members))),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_text_of_any_document_is_what_is_rendered(
            values in proptest::collection::vec(value(), 12), entries in proptest::collection::vec(".{1,6}", 0..3)
        ) {
            let names = [
                "userName", "USERNAME", "name", "emails", "active", "externalId", "password", "members", "groups", "id",
                ENTERPRISE_USER_URN, "urn:ietf:params:scim:schemas:extension:Own:2.0:User",
            ];
            let document = names.into_iter().map(str::to_owned).zip(values).collect();
            let entries: Vec<Value> = entries.iter().map(|id| json!({"value": id, "other": id})).collect();
            compare(ResourceType::User, &document, entries.clone());
            compare(ResourceType::Group, &document, entries);
        }
    }
}

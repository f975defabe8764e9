//! Resources in answers: assembled, projected, with `schemas` and `meta`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::project::Projection;
use crate::schema::{Attribute, Registry, ResourceType};
use crate::version::etag;

/// What the server knows about a resource (RFC 7643 section 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub last_modified: Timestamp,
    /// Its address.
    pub location: String,
    /// Its version; shown as `W/"n"`.
    pub version: u64,
}

impl Meta {
    pub(crate) fn created_text(&self) -> String {
        formatted(self.created)
    }

    pub(crate) fn last_modified_text(&self) -> String {
        formatted(self.last_modified)
    }

    fn to_json(&self, resource_type: ResourceType) -> Value {
        json!({
            "resourceType": resource_type.name(),
            "created": self.created_text(),
            "lastModified": self.last_modified_text(),
            "location": self.location,
            "version": etag(self.version),
        })
    }
}

/// A moment with three digits of a second, so that all of them have one form and sort as text.
fn formatted(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// The attributes that are neither `schemas`, `id` nor `meta`, in the order of the schemas.
fn stored_attributes(registry: &Registry, resource_type: ResourceType) -> impl Iterator<Item = &Attribute> {
    let common = registry.common().iter();
    let common = common.filter(|attribute| !["schemas", "id", "meta"].contains(&attribute.name.as_str()));
    common.chain(&registry.core(resource_type).attributes)
}

/// The whole resource, for a filter to look at or a sort to compare: the document with `schemas`, `id`, `meta` and
/// what is `computed` (`groups` of a person, `members` of a group), in the order of the schemas.
pub fn assemble(
    registry: &Registry,
    resource_type: ResourceType,
    id: &str,
    document: &Map<String, Value>,
    meta: &Meta,
    mut computed: Map<String, Value>,
) -> Map<String, Value> {
    let mut urns = vec![Value::from(resource_type.schema())];
    let present = registry.extensions(resource_type).filter(|schema| document.contains_key(&schema.id));
    urns.extend(present.map(|schema| Value::from(schema.id.clone())));
    let mut whole = Map::new();
    whole.insert("schemas".into(), Value::Array(urns));
    whole.insert("id".into(), id.into());
    for attribute in stored_attributes(registry, resource_type) {
        let value = computed.remove(&attribute.name).or_else(|| document.get(&attribute.name).cloned());
        if let Some(value) = value {
            whole.insert(attribute.name.clone(), value);
        }
    }
    for schema in registry.extensions(resource_type) {
        if let Some(extension) = document.get(&schema.id) {
            whole.insert(schema.id.clone(), extension.clone());
        }
    }
    whole.insert("meta".into(), meta.to_json(resource_type));
    whole
}

/// How many attributes an answer has that are in no document: `schemas`, `id`, `meta` and a computed one.
const OF_SERVER: usize = 4;

/// The resource as the client sees it: as [`assemble`] makes it, cut to the projection and to what is
/// returned at all. `schemas` lists the schemas of what is shown; `schemas` and `id` are always there.
pub fn render(
    registry: &Registry,
    resource_type: ResourceType,
    id: &str,
    document: &Map<String, Value>,
    meta: &Meta,
    mut computed: Map<String, Value>,
    projection: &Projection,
) -> Map<String, Value> {
    let mut urns = vec![Value::from(resource_type.schema())];
    let mut out = Map::with_capacity(document.len() + OF_SERVER);
    let show = |out: &mut Map<String, Value>, attribute: &Attribute, value: &Value| {
        if let Some(value) = projection.shown(None, attribute, value) {
            out.insert(attribute.name.clone(), value);
        }
    };
    out.insert("schemas".into(), Value::Null);
    if let Some(attribute) = registry.attribute(resource_type, "id") {
        show(&mut out, attribute, &Value::from(id));
    }
    for attribute in stored_attributes(registry, resource_type) {
        let of_server = computed.remove(&attribute.name);
        if let Some(value) = of_server.as_ref().or_else(|| document.get(&attribute.name)) {
            show(&mut out, attribute, value);
        }
    }
    for schema in registry.extensions(resource_type) {
        let Some(Value::Object(members)) = document.get(&schema.id) else { continue };
        let shown: Map<String, Value> = schema
            .attributes
            .iter()
            .filter_map(|attribute| {
                let value = members.get(&attribute.name)?;
                Some((attribute.name.clone(), projection.shown(Some(&schema.id), attribute, value)?))
            })
            .collect();
        if !shown.is_empty() {
            urns.push(schema.id.clone().into());
            out.insert(schema.id.clone(), Value::Object(shown));
        }
    }
    if let Some(attribute) = registry.attribute(resource_type, "meta") {
        show(&mut out, attribute, &meta.to_json(resource_type));
    }
    out.insert("schemas".into(), Value::Array(urns));
    out
}

/// A part of the values of the computed attribute as the client sees it, for a resource with too many entries to
/// [`render`] at once.
pub fn render_entries(
    registry: &Registry,
    resource_type: ResourceType,
    entries: Vec<Value>,
    projection: &Projection,
) -> Vec<Value> {
    let attribute = registry.attribute(resource_type, resource_type.computed());
    match attribute.and_then(|attribute| projection.shown(None, attribute, &Value::Array(entries))) {
        Some(Value::Array(shown)) => shown,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER_URN;

    fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
        let registry = Registry::standard();
        let document = json!({
            "userName": "ada", "name": {"givenName": "Ada", "familyName": "Byron"},
            "emails": [{"value": "a@x", "type": "work"}, {"type": "home"}],
            ENTERPRISE_USER_URN: {"department": "R", "manager": {"value": "9"}},
        });
        let meta = Meta {
            created: "2024-01-01T00:00:00Z".parse().expect("a moment"),
            last_modified: "2024-01-02T00:00:00.5Z".parse().expect("a moment"),
            location: "https://x/Users/1".into(),
            version: 3,
        };
        let projection =
            Projection::parse(&registry, ResourceType::User, attributes, excluded).expect("names");
        let computed = Map::from_iter([("groups".to_owned(), json!([{"value": "g", "type": "direct"}]))]);
        let document = document.as_object().expect("an object");
        Value::Object(render(&registry, ResourceType::User, "1", document, &meta, computed, &projection))
    }

    #[test]
    fn the_whole_resource_has_schemas_id_and_meta() {
        insta::assert_json_snapshot!(shown(None, None));
    }

    #[test]
    fn selected_attributes_are_shown_and_those_always_returned() {
        let only = shown(Some("name.givenName, EMAILS.value,meta.version,unknown,password"), None);
        let expected = json!({
            "schemas": [ResourceType::User.schema()], "id": "1", "name": {"givenName": "Ada"},
            "emails": [{"value": "a@x"}], "meta": {"version": "W/\"3\""},
        });
        assert_eq!(only, expected);
        let extension = shown(Some(ENTERPRISE_USER_URN), None);
        assert_eq!(
            extension[ENTERPRISE_USER_URN]["department"], "R",
            "a URN names everything in the extension"
        );
        assert_eq!(extension["schemas"].as_array().map(Vec::len), Some(2));
        assert_eq!(extension.get("userName"), None);
        let part = shown(Some(&format!("{ENTERPRISE_USER_URN}:manager.value")), None);
        assert_eq!(part[ENTERPRISE_USER_URN], json!({"manager": {"value": "9"}}));
    }

    #[test]
    fn a_part_on_request_is_shown_only_where_it_is_named_itself() {
        let registry = Registry::standard();
        let moment = "2024-01-01T00:00:00Z".parse().expect("a moment");
        let meta = Meta { created: moment, last_modified: moment, location: String::new(), version: 1 };
        let members = |attributes: Option<&str>| {
            let projection =
                Projection::parse(&registry, ResourceType::Group, attributes, None).expect("names");
            let computed =
                Map::from_iter([("members".to_owned(), json!([{"value": "1", "display": "Ada"}]))]);
            render(&registry, ResourceType::Group, "g", &Map::new(), &meta, computed, &projection)["members"]
                .clone()
        };
        assert_eq!(members(None), json!([{"value": "1"}]));
        assert_eq!(members(Some("members")), json!([{"value": "1"}]));
        assert_eq!(members(Some("members.display")), json!([{"display": "Ada"}]));
        assert_eq!(members(Some("members,members.display")), json!([{"value": "1", "display": "Ada"}]));
    }

    #[test]
    fn what_is_excluded_is_missing_but_never_the_id() {
        let rest = shown(None, Some(&format!("id,name,emails.type,groups,meta,{ENTERPRISE_USER_URN}")));
        let expected = json!({
            "schemas": [ResourceType::User.schema()], "id": "1", "userName": "ada", "emails": [{"value": "a@x"}],
        });
        assert_eq!(rest, expected);
    }

    #[test]
    fn a_projection_knows_what_need_not_be_read() {
        let registry = Registry::standard();
        let parse = |only: Option<&str>, except: Option<&str>| {
            Projection::parse(&registry, ResourceType::Group, only, except).expect("names")
        };
        assert!(parse(None, None).wants("members"));
        assert!(!parse(None, None).asked_for("members"));
        assert!(!parse(None, Some("MEMBERS")).wants("members"));
        assert!(parse(None, Some("members.display")).wants("members"));
        assert!(!parse(Some("displayName"), None).wants("members"));
        assert!(parse(Some("members.value"), None).asked_for("members"));
        assert!(parse(Some(""), Some(" ,")).wants("members"), "empty lists select nothing");
        let both = Projection::parse(&registry, ResourceType::Group, Some("id"), Some("members"));
        assert_eq!(both.map_err(|error| error.status), Err(400));
    }
}

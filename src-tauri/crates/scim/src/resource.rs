//! Parsing of resources that clients send: the bodies of POST and PUT (RFC 7644 sections 3.3 and 3.5.1).

use serde_json::{Map, Value};

use crate::element::same;
use crate::error::{Error, ScimType, quoted, shown};
use crate::ignored::Ignored;
use crate::member::Member;
use crate::near_miss::is_near_miss;
use crate::schema::{Attribute, Mutability, Registry, ResourceType, Returned, Schema};
use crate::value::parse_attribute;

/// A resource that a client sent, parsed and validated.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedResource {
    /// The resource in canonical form: names as the schemas write them, extensions as objects under their URN,
    /// no `schemas`, `id`, `meta`, `groups`, `members` or `password`, nothing null and nothing empty.
    pub document: Map<String, Value>,
    /// The members of a group, each once; `None` if the body has no `members` or null there, since clients send null
    /// for "unspecified" as often as for "no members". An empty list means "no members".
    pub members: Option<Vec<Member>>,
    /// What was not stored because it is unknown or empty.
    pub ignored: Ignored,
}

/// Reads the body of a POST: required attributes are there, types are right, `primary` is true at most once, what
/// only the server may write is dropped, `password` too. A person created without `active` is active.
///
/// A body without `schemas` is accepted; one that names other schemas than that of the type is refused.
///
/// # Errors
/// 400 `invalidValue` that names the attribute.
pub fn parse_create(
    registry: &Registry,
    resource_type: ResourceType,
    body: Map<String, Value>,
) -> Result<ParsedResource, Error> {
    let mut parsed = read(registry, resource_type, &Map::new(), body)?;
    check_required(registry, resource_type, &parsed.document)?;
    if resource_type == ResourceType::User && !parsed.document.contains_key("active") {
        parsed.document.insert("active".into(), Value::Bool(true));
    }
    Ok(parsed)
}

/// Reads the body of a PUT: as [`parse_create`], but what is immutable must be what `current` has, and what the body
/// leaves out is removed, except what a client cannot send: `active` (many clients omit it and do not mean
/// "reactivate"), immutable and readOnly attributes, and those that are never returned.
///
/// # Errors
/// 400 `invalidValue`, or `mutability` for another value of an immutable attribute.
pub fn parse_replace(
    registry: &Registry,
    resource_type: ResourceType,
    current: &Map<String, Value>,
    body: Map<String, Value>,
) -> Result<ParsedResource, Error> {
    let mut parsed = read(registry, resource_type, current, body)?;
    let core = registry.core(resource_type).attributes.iter().chain(registry.common());
    carry_over(core, "", current, &mut parsed.document)?;
    for schema in registry.extensions(resource_type) {
        let Some(Value::Object(before)) = current.get(&schema.id) else { continue };
        let mut after = match parsed.document.shift_remove(&schema.id) {
            Some(Value::Object(after)) => after,
            _ => Map::new(),
        };
        carry_over(schema.attributes.iter(), &format!("{}:", schema.id), before, &mut after)?;
        if !after.is_empty() {
            parsed.document.insert(schema.id.clone(), Value::Object(after));
        }
    }
    check_required(registry, resource_type, &parsed.document)?;
    Ok(parsed)
}

/// Carries over what a PUT cannot remove, and refuses what it cannot change.
fn carry_over<'a>(
    attributes: impl Iterator<Item = &'a Attribute>,
    prefix: &str,
    before: &Map<String, Value>,
    after: &mut Map<String, Value>,
) -> Result<(), Error> {
    for attribute in attributes {
        let Some(old) = before.get(&attribute.name) else { continue };
        let place = format!("{prefix}{}", attribute.name);
        let is_carried_over = attribute.name == "active"
            || attribute.returned == Returned::Never
            || attribute.mutability == Mutability::ReadOnly
            || attribute.mutability == Mutability::Immutable;
        match after.get_mut(&attribute.name) {
            None if is_carried_over => drop(after.insert(attribute.name.clone(), old.clone())),
            Some(new) if attribute.mutability == Mutability::Immutable => {
                if !same(attribute, new, old) {
                    return Err(immutable(&place));
                }
                *new = old.clone();
            }
            Some(Value::Object(new)) => {
                if let Value::Object(old) = old {
                    carry_over(attribute.sub_attributes.iter(), &format!("{place}."), old, new)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The refusal to change what may be set only once.
pub(crate) fn immutable(place: &str) -> Error {
    Error::bad_request(
        ScimType::Mutability,
        format!("{place}: it is immutable and already has another value"),
    )
}

/// Reads the attributes of the body of a POST or PUT. A value equal to the stored one is accepted unchecked: a rule
/// that became stricter later must not stop the rest of the request, which may be a deactivation.
fn read(
    registry: &Registry,
    resource_type: ResourceType,
    current: &Map<String, Value>,
    body: Map<String, Value>,
) -> Result<ParsedResource, Error> {
    let mut ignored = Ignored::default();
    let mut members = None;
    let mut document = Map::new();
    for (name, value) in body {
        if name.eq_ignore_ascii_case("schemas") {
            check_schemas(registry, resource_type, &value, &mut ignored)?;
        } else if let Some(attribute) = registry.attribute(resource_type, &name) {
            if resource_type == ResourceType::Group && attribute.name == "members" {
                members = if value.is_null() { None } else { Some(Member::list_of_ids(&value)?) };
            } else if current.get(&attribute.name) == Some(&value) {
                document.insert(attribute.name.clone(), value);
            } else if attribute.mutability != Mutability::ReadOnly {
                let value = parse_attribute(attribute, &attribute.name, value, &mut ignored)?.value();
                if let Some(value) = value
                    && attribute.name != "password"
                {
                    document.insert(attribute.name.clone(), value);
                }
            }
        } else if let Some(schema) = registry.extension(resource_type, &name) {
            if let Some(extension) = read_extension(registry, resource_type, schema, value, &mut ignored)? {
                document.insert(schema.id.clone(), Value::Object(extension));
            }
        } else if is_near_miss(registry, resource_type, &name) {
            return Err(not_understood(&name));
        } else {
            ignored.unknown(&name);
        }
    }
    Ok(ParsedResource { document, members, ignored })
}

/// The refusal of a name that is almost a known one: its value could have been stored, so it is refused and not ignored.
fn not_understood(name: &str) -> Error {
    Error::bad_request(
        ScimType::InvalidPath,
        format!(
            "{} is nearly the name of an attribute, but not one; write the attribute's own name, or the URN of its extension with an object of attributes",
            quoted(name)
        ),
    )
}

fn read_extension(
    registry: &Registry,
    resource_type: ResourceType,
    schema: &Schema,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Option<Map<String, Value>>, Error> {
    let members = match value {
        Value::Null => return Ok(None),
        Value::Object(members) => members,
        other => {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                format!("{}: expected an object, got {}", schema.id, shown(&other)),
            ));
        }
    };
    let mut out = Map::new();
    let mut place = format!("{}:", schema.id);
    let before_name = place.len();
    for (name, value) in members {
        place.truncate(before_name);
        place.push_str(&name);
        match schema.attribute(&name) {
            None if belongs_elsewhere(registry, resource_type, &name) => return Err(not_understood(&place)),
            None => ignored.unknown(&place),
            Some(attribute) if attribute.mutability == Mutability::ReadOnly => {}
            Some(attribute) => {
                if let Some(value) = parse_attribute(attribute, &place, value, ignored)?.value() {
                    out.insert(attribute.name.clone(), value);
                }
            }
        }
    }
    Ok(if out.is_empty() { None } else { Some(out) })
}

/// Whether a name that an extension does not have is one that the resource has elsewhere, or nearly one.
fn belongs_elsewhere(registry: &Registry, resource_type: ResourceType, name: &str) -> bool {
    let is_known = registry
        .attribute(resource_type, name)
        .is_some_and(|attribute| attribute.mutability != Mutability::ReadOnly);
    is_known || is_near_miss(registry, resource_type, name)
}

fn check_schemas(
    registry: &Registry,
    resource_type: ResourceType,
    value: &Value,
    ignored: &mut Ignored,
) -> Result<(), Error> {
    let core = resource_type.schema();
    let wrong = |arrived: String| {
        Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("schemas: expected an array with {core:?}, got {arrived}"),
        ))
    };
    let urns: Vec<&str> = match value {
        Value::Null => return Ok(()),
        Value::Array(items) => match items.iter().find(|item| !item.is_string()) {
            Some(other) => return wrong(format!("{} in it", shown(other))),
            None => items.iter().filter_map(Value::as_str).collect(),
        },
        other => return wrong(shown(other)),
    };
    if !urns.iter().any(|urn| urn.eq_ignore_ascii_case(core)) {
        return wrong(urns.first().map_or_else(|| "an empty array".to_owned(), |first| quoted(first)));
    }
    for urn in urns {
        if !urn.eq_ignore_ascii_case(core) && registry.extension(resource_type, urn).is_none() {
            ignored.unknown(urn);
        }
    }
    Ok(())
}

fn check_required(
    registry: &Registry,
    resource_type: ResourceType,
    document: &Map<String, Value>,
) -> Result<(), Error> {
    let missing = |attributes: &[Attribute], present: &Map<String, Value>| {
        let absent = |attribute: &&Attribute| attribute.required && !present.contains_key(&attribute.name);
        attributes.iter().find(absent).map(|attribute| attribute.name.clone())
    };
    let core = missing(&registry.core(resource_type).attributes, document);
    let within = || {
        registry.extensions(resource_type).find_map(|schema| {
            let present = document.get(&schema.id)?.as_object()?;
            missing(&schema.attributes, present).map(|name| format!("{}:{name}", schema.id))
        })
    };
    match core.or_else(within) {
        None => Ok(()),
        Some(name) => Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{name}: it is missing; a {resource_type} cannot be without it"),
        )),
    }
}

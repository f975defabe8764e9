//! The registry: the schemas of a workspace, and the look-up of an attribute in them.

use super::attribute::{Attribute, Schema, Uniqueness};
use super::resource_type::ResourceType;
use super::{enterprise, group, user};
use crate::error::{Error, ScimType, quoted};
use crate::path::{AttributePath, is_name};

/// The schemas of a workspace. Names and URNs are found case-insensitively (RFC 7643 section 2.1).
#[derive(Debug, Clone)]
pub struct Registry {
    common: Vec<Attribute>,
    user: Schema,
    group: Schema,
    extensions: Vec<(ResourceType, Schema)>,
}

/// How many schemas of its own a workspace may add.
const MOST_EXTENSIONS: usize = 32;
/// How many attributes one added schema may have, sub-attributes included.
const MOST_ATTRIBUTES: usize = 256;

impl Registry {
    /// User, the enterprise extension and Group.
    pub fn standard() -> Self {
        Self {
            common: user::common(),
            user: user::schema(),
            group: group::schema(),
            extensions: vec![(ResourceType::User, enterprise::schema())],
        }
    }

    /// Adds a custom schema. The last part of its URN, `User` or `Group`, says what it extends:
    /// `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User`.
    ///
    /// # Errors
    /// 400 `invalidValue` if the URN is taken or not of that form, a name is not an attribute name (RFC 7643
    /// section 2.1), a name occurs twice, a complex attribute has no parts or contains another complex one, or a
    /// value is to be unique, which only the core schemas support.
    pub fn with_extension(mut self, schema: Schema) -> Result<Self, Error> {
        let invalid = |detail: String| Error::bad_request(ScimType::InvalidValue, detail);
        let resource_type = extended_type(&schema.id).ok_or_else(|| {
            invalid(format!(
                "id: {} is not of the form urn:ietf:params:scim:schemas:extension:<Name>:2.0:User (or :Group)",
                quoted(&schema.id)
            ))
        })?;
        if self.schema(&schema.id).is_some() {
            return Err(invalid(format!("id: a schema {} exists already", quoted(&schema.id))));
        }
        if self.extensions.len() > MOST_EXTENSIONS {
            return Err(invalid(format!("at most {MOST_EXTENSIONS} schemas can be added")));
        }
        let count: usize = schema.attributes.iter().map(|attribute| 1 + attribute.sub_attributes.len()).sum();
        if count == 0 || count > MOST_ATTRIBUTES {
            return Err(invalid(format!("attributes: expected 1 to {MOST_ATTRIBUTES}, got {count}")));
        }
        check_names(&schema.attributes, "attributes")?;
        for attribute in &schema.attributes {
            check_parts(attribute)?;
        }
        self.extensions.push((resource_type, schema));
        Ok(self)
    }

    /// Every schema, core ones first.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        [&self.user, &self.group].into_iter().chain(self.extensions.iter().map(|(_, schema)| schema))
    }

    /// The schema of that URN.
    pub fn schema(&self, urn: &str) -> Option<&Schema> {
        self.schemas().find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// The core schema of a resource type.
    pub fn core(&self, resource_type: ResourceType) -> &Schema {
        match resource_type {
            ResourceType::User => &self.user,
            ResourceType::Group => &self.group,
        }
    }

    /// The extensions of a resource type.
    pub fn extensions(&self, resource_type: ResourceType) -> impl Iterator<Item = &Schema> {
        self.extensions.iter().filter(move |(kind, _)| *kind == resource_type).map(|(_, schema)| schema)
    }

    /// The extension of a resource type with that URN.
    pub fn extension(&self, resource_type: ResourceType, urn: &str) -> Option<&Schema> {
        self.extensions(resource_type).find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// The attributes every resource has: `schemas`, `id`, `externalId`, `meta`.
    pub fn common(&self) -> &[Attribute] {
        &self.common
    }

    /// A core or common attribute by its name.
    pub fn attribute(&self, resource_type: ResourceType, name: &str) -> Option<&Attribute> {
        self.common
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
            .or_else(|| self.core(resource_type).attribute(name))
    }

    /// The attribute a path leads to, not regarding its sub-attribute.
    pub fn top(&self, resource_type: ResourceType, path: &AttributePath) -> Option<&Attribute> {
        match &path.schema {
            None => self.attribute(resource_type, &path.attribute),
            Some(urn) => self.extension(resource_type, urn)?.attribute(&path.attribute),
        }
    }

    /// The attribute or sub-attribute a path leads to.
    pub fn find(&self, resource_type: ResourceType, path: &AttributePath) -> Option<&Attribute> {
        let top = self.top(resource_type, path)?;
        match &path.sub {
            None => Some(top),
            Some(sub) => top.sub(sub),
        }
    }
}

/// What a schema extends, by the last part of its URN.
fn extended_type(urn: &str) -> Option<ResourceType> {
    let lower = urn.to_ascii_lowercase();
    let fits = lower.starts_with("urn:")
        && urn.len() <= 255
        && urn.split(':').count() >= 4
        && urn.split(':').all(|part| !part.is_empty())
        && urn.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":.-_".contains(&byte));
    if !fits {
        return None;
    }
    ResourceType::from_name(urn.rsplit(':').next()?)
}

fn check_parts(attribute: &Attribute) -> Result<(), Error> {
    let invalid = |detail: String| Error::bad_request(ScimType::InvalidValue, detail);
    if attribute.is_complex() == attribute.sub_attributes.is_empty() {
        return Err(invalid(format!(
            "{}: a complex attribute, and only that, has subAttributes",
            attribute.name
        )));
    }
    if let Some(sub) = attribute.sub_attributes.iter().find(|sub| sub.is_complex()) {
        return Err(invalid(format!(
            "{}.{}: a complex attribute cannot contain another complex attribute",
            attribute.name, sub.name
        )));
    }
    let all = std::iter::once(attribute).chain(&attribute.sub_attributes);
    if let Some(unique) = all.into_iter().find(|one| one.uniqueness != Uniqueness::None) {
        // Nothing would enforce it: only userName and a group's displayName are unique.
        return Err(invalid(format!("{}: uniqueness can only be none in an added schema", unique.name)));
    }
    check_names(&attribute.sub_attributes, &attribute.name)
}

fn check_names(attributes: &[Attribute], place: &str) -> Result<(), Error> {
    let mut seen = std::collections::HashSet::new();
    for attribute in attributes {
        let name = &attribute.name;
        if !is_name(name) {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                format!(
                    "{place}: {} is not an attribute name; expected a letter, then letters, digits, - or _",
                    quoted(name)
                ),
            ));
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(Error::bad_request(ScimType::InvalidValue, format!("{place}: {name} occurs twice")));
        }
    }
    Ok(())
}

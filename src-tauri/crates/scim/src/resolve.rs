//! What the text of an attribute path names in the schemas of a workspace (RFC 7644 section 3.10).

use crate::error::{Error, ScimType, quoted};
use crate::path::{AttributePath, is_name};
use crate::schema::{Attribute, Registry, ResourceType, Schema};

impl AttributePath {
    /// Reads a path and writes its names as the registry does. The URN of the core schema is dropped, that of an
    /// extension is retained. The dots in a URN (`2.0`) are no separators.
    ///
    /// # Errors
    /// 400 `invalidPath` where the text is not a path, or names what the resource type does not have.
    pub fn parse(text: &str, registry: &Registry, resource_type: ResourceType) -> Result<Self, Error> {
        let detail = match resolve(text, registry, resource_type) {
            Ok(Resolved::Attribute(path)) => return Ok(path),
            Ok(Resolved::Resource | Resolved::Extension(_)) => {
                format!("{} names a schema; expected an attribute of it", quoted(text))
            }
            Err(unresolved) => unresolved.into_detail(),
        };
        Err(Error::bad_request(ScimType::InvalidPath, detail))
    }
}

/// What a path can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// The URN of the core schema alone: the resource itself.
    Resource,
    /// The URN of an extension alone: everything in it.
    Extension(String),
    /// An attribute or sub-attribute.
    Attribute(AttributePath),
}

/// Why a path names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// It is not written like a path.
    Malformed(String),
    /// It is written like one, but the resource type has no such attribute.
    Unknown(String),
}

impl Unresolved {
    pub(crate) fn into_detail(self) -> String {
        match self {
            Self::Malformed(detail) | Self::Unknown(detail) => detail,
        }
    }
}

/// Finds what a path names.
pub(crate) fn resolve(
    text: &str,
    registry: &Registry,
    resource_type: ResourceType,
) -> Result<Resolved, Unresolved> {
    let (schema, names) = match text.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("urn:") => {
            let (schema, rest) = split_urn(text, registry).ok_or_else(|| {
                Unresolved::Unknown(format!("{} begins with no schema that is known here", quoted(text)))
            })?;
            (Some(schema), rest)
        }
        _ => (None, Some(text)),
    };
    let extension = match schema {
        Some(schema) if schema.id == registry.core(resource_type).id => None,
        Some(schema) => Some(registry.extension(resource_type, &schema.id).ok_or_else(|| {
            Unresolved::Unknown(format!("{} does not belong to {resource_type}", quoted(&schema.id)))
        })?),
        None => None,
    };
    let Some(names) = names else {
        return Ok(extension.map_or(Resolved::Resource, |schema| Resolved::Extension(schema.id.clone())));
    };
    let (name, sub) = match names.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (names, None),
    };
    if !is_name(name) || sub.is_some_and(|sub| !is_name(sub)) {
        return Err(Unresolved::Malformed(format!(
            "{} is not an attribute path; expected attribute, attribute.subAttribute or urn:…:attribute",
            quoted(text)
        )));
    }
    let found = match extension {
        None => registry.attribute(resource_type, name),
        Some(schema) => schema.attribute(name),
    };
    let attribute = found.ok_or_else(|| unknown(name, registry, resource_type, extension))?;
    let sub = match sub {
        None => None,
        Some(sub) => Some(sub_attribute(attribute, sub)?.name.clone()),
    };
    Ok(Resolved::Attribute(AttributePath {
        schema: extension.map(|schema| schema.id.clone()),
        attribute: attribute.name.clone(),
        sub,
    }))
}

/// The sub-attribute of that name, or an error that lists those it has.
pub(crate) fn sub_attribute<'a>(attribute: &'a Attribute, name: &str) -> Result<&'a Attribute, Unresolved> {
    attribute.sub(name).ok_or_else(|| {
        let names: Vec<&str> = attribute.sub_attributes.iter().map(|sub| sub.name.as_str()).collect();
        Unresolved::Unknown(if names.is_empty() {
            format!("{} has no parts, so no {}", attribute.name, quoted(name))
        } else {
            format!("{} has no {}; its parts are {}", attribute.name, quoted(name), names.join(", "))
        })
    })
}

/// Splits the longest known schema URN off a text that starts with `urn:`. What follows is none if nothing does.
fn split_urn<'r, 't>(text: &'t str, registry: &'r Registry) -> Option<(&'r Schema, Option<&'t str>)> {
    registry
        .schemas()
        .filter_map(|schema| {
            let start = text.get(..schema.id.len())?;
            let rest = &text[start.len()..];
            if !start.eq_ignore_ascii_case(&schema.id) {
                None
            } else if rest.is_empty() {
                Some((schema, None))
            } else {
                rest.strip_prefix(':').map(|names| (schema, Some(names)))
            }
        })
        .max_by_key(|(schema, _)| schema.id.len())
}

fn unknown(
    name: &str,
    registry: &Registry,
    resource_type: ResourceType,
    extension: Option<&Schema>,
) -> Unresolved {
    let elsewhere = registry.extensions(resource_type).find(|schema| schema.attribute(name).is_some());
    Unresolved::Unknown(match (extension, elsewhere) {
        (None, Some(schema)) => {
            format!(
                "{} is not an attribute of {resource_type} itself; write {}:{name}",
                quoted(name),
                schema.id
            )
        }
        (Some(schema), _) => format!("{} is not an attribute of {}", quoted(name), schema.id),
        (None, None) => format!("{} is not an attribute of {resource_type}", quoted(name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER_URN;
    use proptest::prelude::*;

    fn user(text: &str) -> Result<String, Error> {
        AttributePath::parse(text, &Registry::standard(), ResourceType::User).map(|path| path.to_string())
    }

    #[test]
    fn names_take_the_case_of_the_schema_and_the_core_urn_is_dropped() {
        for (text, canonical) in [
            ("USERNAME", "userName"),
            ("name.FAMILYNAME", "name.familyName"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"),
            ("URN:IETF:params:scim:schemas:core:2.0:user:name.givenName", "name.givenName"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:meta.created", "meta.created"),
            ("meta.lastmodified", "meta.lastModified"),
            ("groups.$REF", "groups.$ref"),
        ] {
            assert_eq!(user(text).as_deref(), Ok(canonical), "{text}");
        }
        assert_eq!(
            user("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:MANAGER.displayname"),
            Ok(format!("{ENTERPRISE_USER_URN}:manager.displayName")),
            "the 2.0 of the URN is no separator"
        );
    }

    #[test]
    fn an_unknown_path_is_refused_with_what_there_is() {
        let detail = |text: &str| user(text).expect_err(text).detail;
        assert!(detail("department").contains(ENTERPRISE_USER_URN), "the detail names the extension");
        assert!(detail("name.first").contains("givenName"), "the detail names the parts");
        for text in [
            "",
            "a b",
            "name.",
            ".name",
            "name.a.b",
            "1",
            "urn:",
            "urn:x:y",
            ENTERPRISE_USER_URN,
            "é",
            "members",
        ] {
            assert_eq!(user(text).map_err(|e| e.scim_type), Err(Some(ScimType::InvalidPath)), "{text:?}");
        }
        assert!(
            user("urn:ietf:params:scim:schemas:core:2.0:Group:displayName").is_err(),
            "another type's schema"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_path_or_an_error(text in ".*") {
            let _ = user(&text);
            let _ = user(&format!("{ENTERPRISE_USER_URN}:{text}"));
        }
    }
}

//! The path of an operation: `attribute`, `attribute.sub`, `attribute[filter]`, `attribute[filter].sub`, each also
//! behind a schema URN, or a schema URN alone (RFC 7644 figure 7).

use crate::error::{Error, ScimType, quoted};
use crate::filter::Filter;
use crate::path::{AttributePath, is_name};
use crate::resolve::{Resolved, resolve, sub_attribute};
use crate::schema::{Attribute, Registry, ResourceType};

/// How many bytes a path may have.
pub const LONGEST_PATH: usize = 1024;

/// What a path selects.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// The whole resource.
    Resource,
    /// Everything in an extension.
    Extension(String),
    /// An attribute, elements of it, or a part of either.
    Attribute { schema: Option<String>, attribute: String, filter: Option<Filter>, sub: Option<String> },
}

fn refuse(detail: impl Into<String>) -> Error {
    Error::bad_request(ScimType::InvalidPath, detail)
}

/// Reads a path.
pub(super) fn parse(text: &str, registry: &Registry, resource_type: ResourceType) -> Result<Target, Error> {
    if text.len() > LONGEST_PATH {
        return Err(refuse(format!("path: {} bytes long; at most {LONGEST_PATH} are taken", text.len())));
    }
    let text = text.trim();
    let Some(open) = text.find('[') else {
        return match resolve(text, registry, resource_type) {
            Ok(Resolved::Resource) => Ok(Target::Resource),
            Ok(Resolved::Extension(urn)) => Ok(Target::Extension(urn)),
            Ok(Resolved::Attribute(AttributePath { schema, attribute, sub })) => {
                Ok(Target::Attribute { schema, attribute, filter: None, sub })
            }
            Err(unresolved) => Err(refuse(format!("path: {}", unresolved.into_detail()))),
        };
    };
    let path =
        AttributePath::parse(&text[..open], registry, resource_type).map_err(|error| error.within("path"))?;
    let attribute = match registry.top(resource_type, &path) {
        Some(attribute) if path.sub.is_none() && (attribute.multi_valued || attribute.is_complex()) => {
            attribute
        }
        _ => return Err(refuse(format!("path: {path} has no elements to select from with ["))),
    };
    // A sub-attribute has no bracket in its name, so the last one closes the filter even where its texts contain one.
    let close = text.rfind(']').filter(|close| *close > open);
    let close = close.ok_or_else(|| refuse(format!("path: {} has no closing ]", quoted(text))))?;
    let within = &text[open + 1..close];
    let filter = Filter::parse_within(within, attribute, text[..=open].chars().count())
        .map_err(|error| error.within("path"))?;
    let sub = match &text[close + 1..] {
        "" => None,
        suffix => Some(suffix_attribute(attribute, suffix)?),
    };
    // The elements of an attribute that is not complex are their own value.
    let sub = sub.filter(|_| attribute.is_complex());
    Ok(Target::Attribute { schema: path.schema, attribute: path.attribute, filter: Some(filter), sub })
}

fn suffix_attribute(attribute: &Attribute, suffix: &str) -> Result<String, Error> {
    let name = suffix.strip_prefix('.').filter(|name| is_name(name));
    let name = name.ok_or_else(|| {
        refuse(format!("path: {} cannot follow ]; expected .subAttribute or nothing", quoted(suffix)))
    })?;
    if !attribute.is_complex() && name.eq_ignore_ascii_case("value") {
        return Ok("value".to_owned());
    }
    match sub_attribute(attribute, name) {
        Ok(sub) => Ok(sub.name.clone()),
        Err(unresolved) => Err(refuse(format!("path: {}", unresolved.into_detail()))),
    }
}

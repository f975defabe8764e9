//! Which attributes an answer has (RFC 7644 section 3.9, RFC 7643 section 7 `returned`).

use serde_json::{Map, Value};

use crate::error::{Error, ScimType};
use crate::path::AttributePath;
use crate::resolve::{Resolved, Unresolved, resolve};
use crate::schema::{Attribute, Registry, ResourceType, Returned};

/// How many names one parameter may list.
const MOST_NAMES: usize = 256;

/// What the client selects: everything that is returned by default, only some attributes, or all but some.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    mode: Mode,
    names: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    All,
    Only,
    Except,
}

/// One name of the list.
#[derive(Debug, Clone, PartialEq)]
enum Name {
    /// Everything in an extension.
    Extension(String),
    Attribute(AttributePath),
}

/// How much of an attribute is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    No,
    /// Only some of its parts.
    Partly,
    Wholly,
}

impl Projection {
    /// Reads `attributes` and `excludedAttributes`, lists of names separated by commas. The URN of an extension
    /// names everything in it. Names that no schema defines are ignored: there is nothing to return for them.
    ///
    /// # Errors
    /// 400 `invalidValue` if both are given, or a name is not written like one.
    pub fn parse(
        registry: &Registry,
        resource_type: ResourceType,
        attributes: Option<&str>,
        excluded: Option<&str>,
    ) -> Result<Self, Error> {
        let split = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>();
        Self::from_names(registry, resource_type, attributes.map(split), excluded.map(split))
    }

    /// As [`Self::parse`], from lists.
    pub(crate) fn from_names(
        registry: &Registry,
        resource_type: ResourceType,
        attributes: Option<Vec<String>>,
        excluded: Option<Vec<String>>,
    ) -> Result<Self, Error> {
        let given = |list: Option<Vec<String>>| {
            list.map(|names| names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>())
                .filter(|names| !names.is_empty())
        };
        let (mode, parameter, list) = match (given(attributes), given(excluded)) {
            (None, None) => return Ok(Self::default()),
            (Some(list), None) => (Mode::Only, "attributes", list),
            (None, Some(list)) => (Mode::Except, "excludedAttributes", list),
            (Some(_), Some(_)) => {
                return Err(Error::bad_request(
                    ScimType::InvalidValue,
                    "attributes and excludedAttributes: expected one of them, got both",
                ));
            }
        };
        if list.len() > MOST_NAMES {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                format!("{parameter}: {} names; at most {MOST_NAMES} are taken", list.len()),
            ));
        }
        let mut names = Vec::with_capacity(list.len());
        for text in list {
            match resolve(&text, registry, resource_type) {
                Ok(Resolved::Attribute(path)) => names.push(Name::Attribute(path)),
                Ok(Resolved::Extension(urn)) => names.push(Name::Extension(urn)),
                Ok(Resolved::Resource) => {
                    let core = &registry.core(resource_type).attributes;
                    names.extend(
                        core.iter().map(|attribute| Name::Attribute(AttributePath::core(&attribute.name))),
                    );
                }
                Err(Unresolved::Unknown(_)) => {}
                Err(Unresolved::Malformed(detail)) => {
                    return Err(Error::bad_request(ScimType::InvalidValue, format!("{parameter}: {detail}")));
                }
            }
        }
        Ok(Self { mode, names })
    }

    /// Whether the client selects any part of a core attribute such as `members` or `groups`, regardless of
    /// `returned`. Where it does not, the attribute need not be read.
    pub fn wants(&self, attribute: &str) -> bool {
        match (self.mode, self.named(None, attribute, None)) {
            (Mode::All, _)
            | (Mode::Only, Named::Wholly | Named::Partly)
            | (Mode::Except, Named::No | Named::Partly) => true,
            (Mode::Only, Named::No) | (Mode::Except, Named::Wholly) => false,
        }
    }

    /// Whether `attributes` names the core attribute, or a part of it.
    pub fn asked_for(&self, attribute: &str) -> bool {
        self.mode == Mode::Only && self.named(None, attribute, None) != Named::No
    }

    /// How much of an attribute, or of its part, the list names.
    fn named(&self, schema: Option<&str>, attribute: &str, sub: Option<&str>) -> Named {
        let mut named = Named::No;
        for name in &self.names {
            let hit = match name {
                Name::Extension(urn) => schema == Some(urn.as_str()),
                Name::Attribute(path) => {
                    path.schema.as_deref() == schema && path.attribute.eq_ignore_ascii_case(attribute)
                }
            };
            let part = match name {
                Name::Extension(_) => None,
                Name::Attribute(path) => path.sub.as_deref(),
            };
            match (hit, part) {
                (true, None) => return Named::Wholly,
                (true, Some(_)) if part == sub => return Named::Wholly,
                (true, Some(_)) if sub.is_none() => named = Named::Partly,
                _ => {}
            }
        }
        named
    }

    /// Whether a part is named itself, not only with the attribute it belongs to.
    fn names_part(&self, schema: Option<&str>, attribute: &str, sub: &str) -> bool {
        self.names.iter().any(|name| match name {
            Name::Extension(_) => false,
            Name::Attribute(path) => {
                path.schema.as_deref() == schema
                    && path.attribute == attribute
                    && path.sub.as_deref() == Some(sub)
            }
        })
    }

    /// What the client sees of an attribute's value; none for nothing.
    pub(crate) fn shown(&self, schema: Option<&str>, attribute: &Attribute, value: &Value) -> Option<Value> {
        let named = self.named(schema, &attribute.name, None);
        let is_shown = match (attribute.returned, self.mode) {
            (Returned::Never, _) | (Returned::Request, Mode::All | Mode::Except) => false,
            (Returned::Always, _) | (Returned::Default, Mode::All) => true,
            (Returned::Default | Returned::Request, Mode::Only) => named != Named::No,
            (Returned::Default, Mode::Except) => named != Named::Wholly,
        };
        if !is_shown {
            return None;
        }
        if !attribute.is_complex() {
            return Some(value.clone());
        }
        match value {
            Value::Object(parts) => self.parts(schema, attribute, parts),
            Value::Array(items) => {
                let items: Vec<Value> = items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Object(parts) => self.parts(schema, attribute, parts),
                        other => Some(other.clone()),
                    })
                    .collect();
                if items.is_empty() && !value.as_array().is_some_and(Vec::is_empty) {
                    None
                } else {
                    Some(items.into())
                }
            }
            other => Some(other.clone()),
        }
    }

    fn parts(
        &self,
        schema: Option<&str>,
        attribute: &Attribute,
        parts: &Map<String, Value>,
    ) -> Option<Value> {
        let shown: Map<String, Value> = parts
            .iter()
            .filter(|(name, _)| {
                let Some(sub) = attribute.sub(name) else { return false };
                let part = self.named(schema, &attribute.name, Some(&sub.name)) == Named::Wholly;
                match (sub.returned, self.mode) {
                    (Returned::Never, _) => false,
                    (Returned::Always, _) | (Returned::Default, Mode::All) => true,
                    (Returned::Request, mode) => {
                        mode == Mode::Only && self.names_part(schema, &attribute.name, &sub.name)
                    }
                    (Returned::Default, Mode::Only) => part,
                    (Returned::Default, Mode::Except) => !part,
                }
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if shown.is_empty() { None } else { Some(Value::Object(shown)) }
    }
}

//! The attribute that a PATCH path or a key resolves to. Not a parser of the RFC's grammar: what cannot be resolved is
//! not changed, and `scim` refuses it in its own words.

use scim::{Attribute, Registry, ResourceType};

/// A path that leads to an attribute of the registry.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedPath<'a> {
    /// The URN of the extension, as the registry writes it; none for core and common attributes.
    pub(crate) urn: Option<&'a str>,
    /// The attribute named first.
    pub(crate) top: &'a Attribute,
    /// The text between the brackets.
    pub(crate) filter: Option<String>,
    /// The sub-attribute named last.
    pub(crate) sub: Option<&'a Attribute>,
}

impl<'a> ResolvedPath<'a> {
    /// Reads a path; none if any part of it is unknown.
    pub(crate) fn resolve(registry: &'a Registry, kind: ResourceType, path: &str) -> Option<Self> {
        let (urn, rest) = split_urn(registry, kind, path);
        let end = rest.find(['[', '.']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let core = registry.core(kind).id.as_str();
        let (urn, top) = match urn {
            Some(urn) if urn != core => (Some(urn), registry.extension(kind, urn)?.attribute(name)?),
            _ => (None, registry.attribute(kind, name)?),
        };
        let (filter, tail) = match tail.strip_prefix('[') {
            None => (None, tail),
            Some(inner) => {
                let close = closing_bracket(inner)?;
                (Some(inner[..close].to_owned()), &inner[close + 1..])
            }
        };
        let sub = match tail {
            "" => None,
            _ => Some(top.sub(tail.strip_prefix('.')?)?),
        };
        Some(Self { urn, top, filter, sub })
    }

    /// The attribute the path ends at.
    pub(crate) fn leaf(&self) -> &'a Attribute {
        self.sub.unwrap_or(self.top)
    }

    /// The path in the RFC's form, names as the registry writes them.
    pub(crate) fn path(&self) -> String {
        let mut path = path_of(self.urn, &self.top.name);
        if let Some(filter) = &self.filter {
            path = format!("{path}[{filter}]");
        }
        if let Some(sub) = self.sub {
            path = format!("{path}.{}", sub.name);
        }
        path
    }

    /// Whether these are the members of a group.
    pub(crate) fn is_members(&self) -> bool {
        self.urn.is_none() && self.top.name == "members"
    }
}

/// An attribute's path, below its extension if it has one.
pub(crate) fn path_of(urn: Option<&str>, attribute: &str) -> String {
    urn.map_or_else(|| attribute.to_owned(), |urn| format!("{urn}:{attribute}"))
}

/// Splits a known schema URN off the front. The longest one wins, because one URN may begin another.
pub(crate) fn split_urn<'a, 'p>(
    registry: &'a Registry,
    kind: ResourceType,
    path: &'p str,
) -> (Option<&'a str>, &'p str) {
    let mut found: (Option<&'a str>, &'p str) = (None, path);
    for schema in std::iter::once(registry.core(kind)).chain(registry.extensions(kind)) {
        let id = schema.id.as_str();
        let Some(rest) = strip_prefix_ignore_case(path, id).and_then(|rest| rest.strip_prefix(':')) else {
            continue;
        };
        if found.0.is_none_or(|other| other.len() < id.len()) {
            found = (Some(id), rest);
        }
    }
    found
}

/// The one extension that has an attribute of this name, if the core schema has none.
pub(crate) fn only_extension_with<'a>(
    registry: &'a Registry,
    kind: ResourceType,
    name: &str,
) -> Option<&'a str> {
    if registry.attribute(kind, name).is_some() {
        return None;
    }
    let mut having = registry.extensions(kind).filter(|schema| schema.attribute(name).is_some());
    let first = having.next()?;
    having.next().is_none().then_some(first.id.as_str())
}

/// The byte at which the bracket opened before `text` is closed, regarding strings.
pub(crate) fn closing_bracket(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

pub(crate) fn strip_prefix_ignore_case<'p>(text: &'p str, prefix: &str) -> Option<&'p str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use scim::schema::ENTERPRISE_USER_URN;

    fn path(text: &str) -> Option<String> {
        ResolvedPath::resolve(&Registry::standard(), ResourceType::User, text).map(|place| place.path())
    }

    #[test]
    fn paths_of_every_form_resolve_to_their_attribute() {
        assert_eq!(path("username").as_deref(), Some("userName"));
        assert_eq!(path("name.givenname").as_deref(), Some("name.givenName"));
        assert_eq!(
            path(r#"emails[type eq "a]b\"]"].value"#).as_deref(),
            Some(r#"emails[type eq "a]b\"]"].value"#),
            "brackets inside strings close nothing"
        );
        let manager = format!("{ENTERPRISE_USER_URN}:manager.value");
        assert_eq!(path(&manager.to_uppercase()).as_deref(), Some(manager.as_str()));
        assert_eq!(path("urn:ietf:params:scim:schemas:core:2.0:User:title").as_deref(), Some("title"));
    }

    #[test]
    fn an_unknown_path_is_not_resolved() {
        for text in ["", "colour", "name.", "name.colour", "emails[type eq", "emails[x]y", "é", "department"]
        {
            assert_eq!(path(text), None, "{text:?} names nothing");
        }
    }
}

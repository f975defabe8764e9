//! The path of an attribute: `userName`, `name.familyName`, `urn:…:User:manager.displayName`.

/// The name of an attribute, written as the registry writes it (RFC 7644 section 3.10).
///
/// Inside a value filter such as `emails[type eq "work"]` a path is relative to the element: `attribute` is then
/// the sub-attribute (`type`) and `schema` and `sub` are none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttributePath {
    /// The URN of the extension the attribute belongs to; none for core and common attributes.
    pub schema: Option<String>,
    /// The attribute.
    pub attribute: String,
    /// The sub-attribute, if one is named.
    pub sub: Option<String>,
}

impl AttributePath {
    /// A path to a core attribute, already written as the registry does.
    pub fn core(attribute: &str) -> Self {
        Self { schema: None, attribute: attribute.to_owned(), sub: None }
    }

    /// Whether it leads to that core attribute or into it.
    pub fn is_core(&self, attribute: &str) -> bool {
        self.schema.is_none() && self.attribute.eq_ignore_ascii_case(attribute)
    }
}

impl std::fmt::Display for AttributePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.attribute)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// An attribute name in the sense of RFC 7643 section 2.1, or `$ref`.
pub(crate) fn is_name(name: &str) -> bool {
    let mut bytes = name.strip_prefix('$').unwrap_or(name).bytes();
    name.len() <= 128
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

//! Attribute paths: `userName`, `name.familyName`, `urn:…:User:userName`, `urn:…:User:manager.displayName`.

use crate::error::{Error, ScimType, quoted};
use crate::schema::{Attribute, Registry, ResourceType};

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

//! Names that are almost those of known attributes. A name that no schema defines may be ignored (RFC 7643
//! section 2.5 leaves that to the server), but not a known name with a typing error: its value could have been stored,
//! and the client would take it for stored.

use crate::fold::is_ignorable;
use crate::schema::{Attribute, Mutability, Registry, ResourceType};

/// What the URNs of the standard schemas begin with, SCIM 1.1 included, without their punctuation.
const STANDARD: [&str; 4] = [
    "urnietfparamsscimschemascore",
    "urnietfparamsscimschemasextensionenterprise",
    "urnscimschemascore",
    "urnscimschemasextensionenterprise",
];

/// Whether a text that names nothing is close to what could be written: the URN of a known schema or of a standard
/// one in any punctuation, with anything behind it, the name or path of an attribute in another punctuation, a filter
/// on a known attribute, or a part of an attribute that has none. Names that only the server writes do not count.
pub fn is_near_miss(registry: &Registry, resource_type: ResourceType, text: &str) -> bool {
    let bare = squashed(text);
    if bare.starts_with("urn") {
        let known = registry.schemas().any(|schema| bare.starts_with(&squashed(&schema.id)));
        return known || STANDARD.iter().any(|start| bare.starts_with(start));
    }
    let mut words = text.split(['[', '.', ':']).map(squashed).filter(|word| !word.is_empty());
    let (head, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let goes_on = words.next().is_some();
    let extended = registry.extensions(resource_type).flat_map(|schema| &schema.attributes);
    let core = registry.common().iter().chain(&registry.core(resource_type).attributes);
    core.chain(extended).filter(|attribute| attribute.mutability != Mutability::ReadOnly).any(|attribute| {
        let name = attribute.name.to_ascii_lowercase();
        let is_below = head == name && head.len() < text.trim().len();
        bare == name
            || (is_below && (!attribute.is_complex() || text.contains('[')))
            || (is_below && goes_on && has_part(attribute, &second))
            || (bare.starts_with(&name) && has_part(attribute, &bare[name.len()..]))
    })
}

/// Whether an attribute has a part of this name that a client may write.
fn has_part(attribute: &Attribute, name: &str) -> bool {
    attribute
        .sub_attributes
        .iter()
        .any(|sub| sub.mutability != Mutability::ReadOnly && sub.name.eq_ignore_ascii_case(name))
}

/// A text in small letters, without what separates and what shows nothing.
fn squashed(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '.' | ':') && !c.is_whitespace() && !c.is_control() && !is_ignorable(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(text: &str) -> bool {
        is_near_miss(&Registry::standard(), ResourceType::User, text)
    }

    #[test]
    fn a_known_name_with_a_typing_error_is_a_near_miss() {
        for text in [
            "urn:ietf:params:scim:schemas:core:2.0:User.active",
            "urn:ietf:params:scim:schemas:core:2.0:User::active",
            "urn:ietf:params:scim:schemas:core:2.0:Useractive",
            "URN:IETF:params:scim:schemas:core:2.0:Users:active",
            "urn.ietf.params.scim.schemas.core.2.0.User.active",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:department",
            "urn:scim:schemas:core:1.0:active",
            "ac tive",
            "active.",
            ".active",
            "active.value",
            "act\u{200B}ive",
            "namegivenName",
            "name:givenName",
            "name.givenName.value",
            "emails.value",
            "emails[type eq \"work\"",
            ".emails[type eq \"work\"].value",
            "department.",
        ] {
            assert!(near(text), "{text}");
        }
    }

    #[test]
    fn an_unknown_name_is_no_near_miss() {
        for text in [
            "",
            "colour",
            "urn:example:other:2.0:User:active",
            "urn:ietf:params:scim:schemas:extension:Other:2.0:User:badge",
            "name.middleInitial",
            "groups.value",
            "meta.created",
            "id.",
            "user_name",
            "isActive",
        ] {
            assert!(!near(text), "{text}");
        }
    }
}

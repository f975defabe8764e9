//! The members of a group as text, for a group with too many to make values of.

use scim::{Projection, Registry, ResourceType, push_text, render_entries};
use serde_json::{Value, json};
use store::MemberEntry;

/// The parts of a member, in their order.
const PARTS: [&str; 4] = ["value", "$ref", "display", "type"];

/// Which parts of a member a client sees.
pub(super) struct MemberText(Vec<&'static str>);

impl MemberText {
    /// What this projection shows.
    pub fn of(registry: &Registry, projection: &Projection) -> Self {
        let member = json!({"value": "", "$ref": "", "display": "", "type": ""});
        let rendered = render_entries(registry, ResourceType::Group, vec![member], projection);
        let is_shown = |part: &&str| rendered.iter().any(|member| member.get(*part).is_some());
        Self(PARTS.into_iter().filter(is_shown).collect())
    }

    /// Whether the names are needed.
    pub fn has_names(&self) -> bool {
        self.0.contains(&"display")
    }

    /// Whether a member is shown at all.
    pub const fn shows_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Writes a member of a group of the endpoint `base`.
    pub fn write(&self, base: &str, member: &MemberEntry, out: &mut String) {
        let MemberEntry { id, resource_type, display } = member;
        let mut separator = '{';
        for part in &self.0 {
            out.push(std::mem::replace(&mut separator, ','));
            push_text(out, part);
            out.push(':');
            match *part {
                "value" => push_text(out, id),
                "$ref" => push_text(out, &format!("{base}{}/{id}", resource_type.endpoint())),
                "display" => push_text(out, display.as_deref().unwrap_or_default()),
                _ => push_text(out, resource_type.name()),
            }
        }
        out.push('}');
    }
}

/// A member of a group of the endpoint `base` with all its parts.
pub(super) fn member_value(base: &str, member: &MemberEntry) -> Value {
    let MemberEntry { id, resource_type, display } = member;
    let mut value = json!({"value": id, "$ref": format!("{base}{}/{id}", resource_type.endpoint())});
    if let Some(display) = display {
        value["display"] = display.as_str().into();
    }
    value["type"] = resource_type.name().into();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_as_text_is_what_is_rendered() {
        let registry = Registry::standard();
        let member = |resource_type, display: &str| MemberEntry {
            id: "1\"".to_owned(),
            resource_type,
            display: Some(display.to_owned()),
        };
        for attributes in [
            None,
            Some("members"),
            Some("members.display"),
            Some("members,members.display"),
            Some("members.value,members.type"),
            Some("members.$ref"),
            Some("userName"),
        ] {
            let projection = Projection::parse(&registry, ResourceType::Group, attributes, None).unwrap();
            for member in [member(ResourceType::User, "Ada \n"), member(ResourceType::Group, "é")] {
                let entry = member_value("https://x", &member);
                let rendered = render_entries(&registry, ResourceType::Group, vec![entry], &projection);
                let text = MemberText::of(&registry, &projection);
                assert_eq!(text.shows_any(), !rendered.is_empty(), "{attributes:?}");
                let Some(expected) = rendered.first() else { continue };
                let mut out = String::new();
                text.write("https://x", &member, &mut out);
                assert_eq!(out, expected.to_string(), "{attributes:?}");
            }
        }
    }
}

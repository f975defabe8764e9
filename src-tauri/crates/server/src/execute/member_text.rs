//! The members of a group as text, for a group with too many to make values of.

use std::borrow::Cow;

use scim::{Projection, Registry, ResourceType, push_text, render_entries};
use serde_json::{Value, json};
use store::MemberEntry;

/// The parts of a member, in their order.
const PARTS: [&str; 4] = ["value", "$ref", "display", "type"];
/// About how many bytes an id or a name has.
const BYTES: usize = 40;

/// How the members of a group of one endpoint are written for a client, which may see some of their parts: what all members of
/// one type have in common is made once.
pub(super) struct MemberText {
    shown: Vec<&'static str>,
    person: Vec<Piece>,
    group: Vec<Piece>,
}

/// A piece of a member.
enum Piece {
    /// The same for all.
    Text(String),
    /// The id, without quotes.
    Id,
    /// The name.
    Display,
}

impl MemberText {
    /// Which parts this projection shows, for members of the endpoint `base`.
    pub fn of(registry: &Registry, projection: &Projection, base: &str) -> Self {
        let member = json!({"value": "", "$ref": "", "display": "", "type": ""});
        let rendered = render_entries(registry, ResourceType::Group, vec![member], projection);
        let is_shown = |part: &&str| rendered.iter().any(|member| member.get(*part).is_some());
        let shown: Vec<&'static str> = PARTS.into_iter().filter(is_shown).collect();
        let [person, group] =
            [ResourceType::User, ResourceType::Group].map(|kind| pieces(&shown, base, kind));
        Self { shown, person, group }
    }

    /// Whether the names are needed.
    pub fn has_names(&self) -> bool {
        self.shown.contains(&"display")
    }

    /// Whether a member is shown at all.
    pub const fn shows_any(&self) -> bool {
        !self.shown.is_empty()
    }

    /// About how many bytes a member has.
    pub fn bytes_of_one(&self) -> usize {
        let bytes = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { BYTES };
        self.group.iter().map(bytes).sum()
    }

    /// Writes a member.
    pub fn write(&self, member: &MemberEntry<'_>, out: &mut String) {
        let id = inside_quotes(member.id);
        let pieces = if member.resource_type == ResourceType::User { &self.person } else { &self.group };
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Id => out.push_str(&id),
                Piece::Display => push_text(out, member.display.as_deref().unwrap_or_default()),
            }
        }
    }
}

fn pieces(shown: &[&str], base: &str, resource_type: ResourceType) -> Vec<Piece> {
    let (mut pieces, mut text, mut separator) = (Vec::new(), String::new(), '{');
    for part in shown {
        text.push(std::mem::replace(&mut separator, ','));
        push_text(&mut text, part);
        text.push(':');
        match *part {
            "value" | "$ref" => {
                let before = if *part == "$ref" {
                    format!("{base}{}/", resource_type.endpoint())
                } else {
                    String::new()
                };
                push_text(&mut text, &before);
                // The id follows before the last quote.
                text.pop();
                pieces.extend([Piece::Text(std::mem::take(&mut text)), Piece::Id]);
                text.push('"');
            }
            "display" => pieces.extend([Piece::Text(std::mem::take(&mut text)), Piece::Display]),
            _ => push_text(&mut text, resource_type.name()),
        }
    }
    text.push('}');
    pieces.push(Piece::Text(text));
    pieces
}

/// An id as it is between the quotes of JSON.
fn inside_quotes(id: &str) -> Cow<'_, str> {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Cow::Borrowed(id);
    }
    let mut quoted = String::new();
    push_text(&mut quoted, id);
    Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
}

/// A member of a group of the endpoint `base` with all its parts.
pub(super) fn member_value(base: &str, member: &MemberEntry<'_>) -> Value {
    let MemberEntry { id, resource_type, display } = member;
    let mut value = json!({"value": id, "$ref": format!("{base}{}/{id}", resource_type.endpoint())});
    if let Some(display) = display {
        value["display"] = Value::from(&**display);
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
        let member = |id: &'static str, resource_type, display: &'static str| MemberEntry {
            id,
            resource_type,
            display: Some(display.into()),
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
            for member in [
                member("1\"", ResourceType::User, "Ada \n"),
                member("1-a", ResourceType::User, "\u{1f}"),
                member("1", ResourceType::Group, "é"),
            ] {
                let entry = member_value("https://x", &member);
                let rendered = render_entries(&registry, ResourceType::Group, vec![entry], &projection);
                let text = MemberText::of(&registry, &projection, "https://x");
                assert_eq!(text.shows_any(), !rendered.is_empty(), "{attributes:?}");
                let Some(expected) = rendered.first() else { continue };
                let mut out = String::new();
                text.write(&member, &mut out);
                assert_eq!(out, expected.to_string(), "{attributes:?}");
            }
        }
    }
}

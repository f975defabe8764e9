//! The Group schema (RFC 7643 sections 4.2 and 8.7.1).

use super::attribute::{Attribute, Mutability, Returned, Schema, Uniqueness};
use super::resource_type::ResourceType;

pub(super) fn schema() -> Schema {
    let immutable = |attribute: Attribute| attribute.mutability(Mutability::Immutable);
    Schema {
        id: ResourceType::Group.schema().to_owned(),
        name: "Group".to_owned(),
        description: "A group of people and of other groups.".to_owned(),
        attributes: vec![
            Attribute::string("displayName", "The name of the group; unique, case-insensitive.")
                .required()
                .unique(Uniqueness::Server),
            Attribute::complex(
                "members",
                vec![
                    immutable(Attribute::string("value", "The id of the member.").exact()),
                    immutable(Attribute::reference("$ref", &["User", "Group"], "The address of the member.")),
                    immutable(
                        Attribute::string("type", "Whether the member is a person or a group.")
                            .suggesting(&["User", "Group"]),
                    ),
                    // On request only: a client that added a member without a name gets back what it sent.
                    Attribute::string("display", "The name of the member, taken from the member itself.")
                        .mutability(Mutability::ReadOnly)
                        .returned(Returned::Request),
                ],
                "The members of the group.",
            )
            .many(),
        ],
    }
}

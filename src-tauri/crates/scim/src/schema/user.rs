//! The User schema (RFC 7643 sections 4.1 and 8.7.1) and the attributes common to all resources (section 3.1).

use super::attribute::{Attribute, Mutability, Returned, Schema, Type, Uniqueness};
use super::resource_type::ResourceType;

/// The attributes every resource has. They belong to no schema and are not listed under `/Schemas`.
pub(super) fn common() -> Vec<Attribute> {
    let read_only = |attribute: Attribute| attribute.mutability(Mutability::ReadOnly);
    vec![
        read_only(
            Attribute::reference("schemas", &["uri"], "The schemas present in the resource.")
                .many()
                .returned(Returned::Always),
        ),
        read_only(
            Attribute::string("id", "The identifier this server gave to the resource.")
                .exact()
                .returned(Returned::Always)
                .unique(Uniqueness::Server),
        ),
        Attribute::string("externalId", "The identifier the client gave to the resource.").exact(),
        read_only(Attribute::complex(
            "meta",
            vec![
                read_only(Attribute::string("resourceType", "The name of the resource type.").exact()),
                read_only(Attribute::new("created", Type::DateTime, "When the resource was made.")),
                read_only(Attribute::new("lastModified", Type::DateTime, "When the resource last changed.")),
                read_only(Attribute::reference("location", &["uri"], "The address of the resource.")),
                read_only(
                    Attribute::string("version", "The version of the resource, as in its ETag.").exact(),
                ),
            ],
            "What the server knows about the resource.",
        )),
    ]
}

pub(super) fn schema() -> Schema {
    let mut attributes = identity();
    attributes.extend(contact());
    attributes.extend(access());
    Schema {
        id: ResourceType::User.schema().to_owned(),
        name: "User".to_owned(),
        description: "A person, or another account.".to_owned(),
        attributes,
    }
}

fn identity() -> Vec<Attribute> {
    vec![
        Attribute::string("userName", "The name a person signs in by; unique, case-insensitive.")
            .required()
            .unique(Uniqueness::Server),
        Attribute::complex(
            "name",
            vec![
                Attribute::string("formatted", "The full name as it is shown."),
                Attribute::string("familyName", "The family name."),
                Attribute::string("givenName", "The given name."),
                Attribute::string("middleName", "The middle names."),
                Attribute::string("honorificPrefix", "A title before the name, such as Dr."),
                Attribute::string("honorificSuffix", "A title after the name, such as III."),
            ],
            "The parts of the person's name.",
        ),
        Attribute::string("displayName", "The name to show to others."),
        Attribute::string("nickName", "What the person is called informally."),
        Attribute::reference("profileUrl", &["external"], "The address of a page about the person."),
        Attribute::string("title", "The job title."),
        Attribute::string("userType", "The person's relation to the organization, such as Employee."),
        Attribute::string("preferredLanguage", "The languages the person prefers, as in Accept-Language."),
        Attribute::string("locale", "The locale for dates, numbers and currency, such as en-US."),
        Attribute::string("timezone", "The time zone by its IANA name, such as Europe/Paris."),
        Attribute::new("active", Type::Boolean, "Whether the person may sign in."),
        Attribute::string("password", "Accepted and dropped: it is neither stored nor returned.")
            .exact()
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never),
    ]
}

fn contact() -> Vec<Attribute> {
    vec![
        Attribute::plural(
            "emails",
            Attribute::string("value", "The e-mail address."),
            &["work", "home", "other"],
            "E-mail addresses.",
        ),
        Attribute::plural(
            "phoneNumbers",
            Attribute::string("value", "The number, stored as it arrives."),
            &["work", "home", "mobile", "fax", "pager", "other"],
            "Telephone numbers.",
        ),
        Attribute::plural(
            "ims",
            Attribute::string("value", "The address."),
            &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
            "Addresses for instant messages.",
        ),
        Attribute::plural(
            "photos",
            Attribute::reference("value", &["external"], "The address of the picture."),
            &["photo", "thumbnail"],
            "Pictures of the person.",
        ),
        Attribute::complex(
            "addresses",
            vec![
                Attribute::string("formatted", "The whole address as it is printed."),
                Attribute::string("streetAddress", "Street, house number and the like."),
                Attribute::string("locality", "The city."),
                Attribute::string("region", "The state or region."),
                Attribute::string("postalCode", "The postal code."),
                Attribute::string("country", "The country, as a two-letter ISO 3166-1 code."),
                Attribute::string("type", "What the address is for.").suggesting(&["work", "home", "other"]),
                Attribute::new(
                    "primary",
                    Type::Boolean,
                    "Whether this is the preferred address; true at most once.",
                ),
            ],
            "Postal addresses.",
        )
        .many(),
    ]
}

fn access() -> Vec<Attribute> {
    let read_only = |attribute: Attribute| attribute.mutability(Mutability::ReadOnly);
    vec![
        read_only(
            Attribute::complex(
                "groups",
                vec![
                    read_only(Attribute::string("value", "The id of the group.").exact()),
                    read_only(Attribute::reference("$ref", &["User", "Group"], "The address of the group.")),
                    read_only(Attribute::string("display", "The name of the group.")),
                    read_only(
                        Attribute::string(
                            "type",
                            "Whether the person is a member itself or through another group.",
                        )
                        .suggesting(&["direct", "indirect"]),
                    ),
                ],
                "The groups the person belongs to; changed through the groups.",
            )
            .many(),
        ),
        Attribute::plural(
            "entitlements",
            Attribute::string("value", "The entitlement."),
            &[],
            "What the person is entitled to.",
        ),
        Attribute::plural(
            "roles",
            Attribute::string("value", "The role."),
            &[],
            "Roles the identity provider assigned.",
        ),
        Attribute::plural(
            "x509Certificates",
            Attribute::new("value", Type::Binary, "The certificate in DER form, in base64."),
            &[],
            "X.509 certificates issued to the person.",
        ),
    ]
}

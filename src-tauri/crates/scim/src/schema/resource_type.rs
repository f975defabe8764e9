//! The resource types, and what each is called where.

/// The URN of the enterprise extension (RFC 7643 section 4.3).
pub const ENTERPRISE_USER_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The resource types that this server stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceType {
    /// A person or another account (RFC 7643 section 4.1).
    User,
    /// A group of people and groups (RFC 7643 section 4.2).
    Group,
}

impl ResourceType {
    /// Both kinds, in the order they are listed.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// The name, as in `meta.resourceType`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The endpoint, relative to the base URL.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The attribute that is computed from membership: the `groups` of a person, the `members` of a group.
    pub const fn computed(self) -> &'static str {
        match self {
            Self::User => "groups",
            Self::Group => "members",
        }
    }

    /// The URN of the core schema.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::User => "urn:ietf:params:scim:schemas:core:2.0:User",
            Self::Group => "urn:ietf:params:scim:schemas:core:2.0:Group",
        }
    }

    /// The resource type of that name, case-insensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Display for ResourceType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

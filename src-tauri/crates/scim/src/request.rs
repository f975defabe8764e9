//! Routing inside SCIM: what a path below the base URL means.

use crate::schema::ResourceType;

/// What a request is about. HTTP and Bulk both come through here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `/ServiceProviderConfig`
    ServiceProviderConfig,
    /// `/Schemas`
    Schemas,
    /// `/Schemas/{urn}`
    Schema(String),
    /// `/ResourceTypes`
    ResourceTypes,
    /// `/ResourceTypes/{name}`
    ResourceTypeNamed(String),
    /// `/Users`, `/Groups`
    Resources(ResourceType),
    /// `/Users/{id}`, `/Groups/{id}`
    Resource(ResourceType, String),
    /// `/.search`, `/Users/.search`, `/Groups/.search`
    Search(Option<ResourceType>),
    /// `/Bulk`
    Bulk,
    /// `/Me`
    Me,
}

impl Target {
    /// Reads a path: what follows the base URL, with one leading slash and without a query. None is a 404.
    ///
    /// Identifiers are percent-decoded; the store decides whether they exist.
    pub fn parse(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix('/')?.split('/');
        let first = segments.next()?;
        let second = match segments.next() {
            None | Some("") => None,
            Some(segment) => Some(decode(segment)?),
        };
        if segments.next().is_some() {
            return None;
        }
        let kind = ResourceType::ALL.into_iter().find(|kind| &kind.endpoint()[1..] == first);
        Some(match (first, kind, second) {
            (_, Some(kind), None) => Self::Resources(kind),
            (_, Some(kind), Some(id)) if id == ".search" => Self::Search(Some(kind)),
            (_, Some(kind), Some(id)) => Self::Resource(kind, id),
            ("ServiceProviderConfig" | "ServiceProviderConfigs", None, None) => Self::ServiceProviderConfig,
            ("Schemas", None, None) => Self::Schemas,
            ("Schemas", None, Some(urn)) => Self::Schema(urn),
            ("ResourceTypes", None, None) => Self::ResourceTypes,
            ("ResourceTypes", None, Some(name)) => Self::ResourceTypeNamed(name),
            (".search", None, None) => Self::Search(None),
            ("Bulk", None, None) => Self::Bulk,
            ("Me", None, None) => Self::Me,
            _ => return None,
        })
    }

    /// The methods the endpoint answers, for the `Allow` header of a 405 and of OPTIONS.
    ///
    /// `/Me` names them all because each of them is answered, with 501.
    pub fn allowed(&self) -> &'static [&'static str] {
        match self {
            Self::ServiceProviderConfig
            | Self::Schemas
            | Self::Schema(_)
            | Self::ResourceTypes
            | Self::ResourceTypeNamed(_) => &["GET", "HEAD", "OPTIONS"],
            Self::Resources(_) => &["GET", "HEAD", "POST", "OPTIONS"],
            Self::Resource(..) => &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"],
            Self::Search(_) | Self::Bulk => &["POST", "OPTIONS"],
            Self::Me => &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        }
    }
}

/// Percent-decodes one segment. None where that gives no text, or a slash or control character.
fn decode(segment: &str) -> Option<String> {
    let decoded = crate::query::percent_decode(segment)?;
    let fits = !decoded.chars().any(|character| character == '/' || character.is_control());
    fits.then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_a_target() {
        let user = ResourceType::User;
        for (path, target) in [
            ("/Users", Target::Resources(user)),
            ("/Users/", Target::Resources(user)),
            ("/Groups", Target::Resources(ResourceType::Group)),
            ("/Users/2819c223", Target::Resource(user, "2819c223".into())),
            ("/Users/a%20b", Target::Resource(user, "a b".into())),
            ("/Users/.search", Target::Search(Some(user))),
            ("/.search", Target::Search(None)),
            ("/Schemas", Target::Schemas),
            ("/Schemas/urn%3Aietf%3Ax", Target::Schema("urn:ietf:x".into())),
            ("/ResourceTypes/User", Target::ResourceTypeNamed("User".into())),
            ("/ServiceProviderConfig", Target::ServiceProviderConfig),
            ("/Bulk", Target::Bulk),
            ("/Me", Target::Me),
        ] {
            assert_eq!(Target::parse(path), Some(target), "{path}");
        }
    }

    #[test]
    fn other_paths_are_not_found() {
        for path in [
            "",
            "/",
            "Users",
            "/users",
            "/Users/a/b",
            "/Users/a%2fb",
            "/Users/%ff",
            "/Users/%00",
            "/Bulk/1",
            "/Me/x",
        ] {
            assert_eq!(Target::parse(path), None, "{path:?} names nothing");
        }
    }
}

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

/// An address below the base URL.
pub struct Route {
    /// How it is written. `{id}`, `{urn}` and `{name}` stand for any text.
    pub pattern: &'static str,
    target: fn(String) -> Target,
}

/// Every address there is, the exact ones before those with any text. What matches no route is a 404.
pub static ROUTES: [Route; 15] = [
    Route::new("/ServiceProviderConfig", |_| Target::ServiceProviderConfig),
    Route::new("/ServiceProviderConfigs", |_| Target::ServiceProviderConfig),
    Route::new("/Schemas", |_| Target::Schemas),
    Route::new("/Schemas/{urn}", Target::Schema),
    Route::new("/ResourceTypes", |_| Target::ResourceTypes),
    Route::new("/ResourceTypes/{name}", Target::ResourceTypeNamed),
    Route::new("/Users", |_| Target::Resources(ResourceType::User)),
    Route::new("/Users/.search", |_| Target::Search(Some(ResourceType::User))),
    Route::new("/Users/{id}", |id| Target::Resource(ResourceType::User, id)),
    Route::new("/Groups", |_| Target::Resources(ResourceType::Group)),
    Route::new("/Groups/.search", |_| Target::Search(Some(ResourceType::Group))),
    Route::new("/Groups/{id}", |id| Target::Resource(ResourceType::Group, id)),
    Route::new("/.search", |_| Target::Search(None)),
    Route::new("/Bulk", |_| Target::Bulk),
    Route::new("/Me", |_| Target::Me),
];

impl Route {
    const fn new(pattern: &'static str, target: fn(String) -> Target) -> Self {
        Self { pattern, target }
    }

    /// The place in [`ROUTES`] of the address that a path is, as it is written. `None`: it is no such address.
    pub fn place(path: &str) -> Option<usize> {
        let (first, second) = segments(path)?;
        ROUTES.iter().position(|route| route.fits(first, second))
    }

    fn fits(&self, first: &str, second: Option<&str>) -> bool {
        let mut parts = self.pattern.split('/').skip(1);
        parts.next() == Some(first)
            && match (parts.next(), second) {
                (None, None) => true,
                (Some(part), Some(text)) => part == text || part.starts_with('{'),
                _ => false,
            }
    }
}

impl Target {
    /// Reads a path: what follows the base URL, with one leading slash and without a query. None is a 404.
    ///
    /// Identifiers are percent-decoded; the store decides whether they exist.
    pub fn parse(path: &str) -> Option<Self> {
        let (first, second) = segments(path)?;
        let second = match second {
            Some(segment) => Some(decode(segment)?),
            None => None,
        };
        let route = ROUTES.iter().find(|route| route.fits(first, second.as_deref()))?;
        Some((route.target)(second.unwrap_or_default()))
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

/// The segments of a path: the first, and the second unless it is empty. None where there are more.
fn segments(path: &str) -> Option<(&str, Option<&str>)> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let first = segments.next()?;
    let second = segments.next().filter(|segment| !segment.is_empty());
    segments.next().is_none().then_some((first, second))
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
            ("/ServiceProviderConfigs", Target::ServiceProviderConfig),
            ("/ResourceTypes", Target::ResourceTypes),
            ("/Bulk", Target::Bulk),
            ("/Me", Target::Me),
        ] {
            assert_eq!(Target::parse(path), Some(target), "{path}");
        }
    }

    #[test]
    fn no_address_hides_another_and_each_resource_type_has_its_own() {
        for (at, route) in ROUTES.iter().enumerate() {
            let path = route.pattern.replace(['{', '}'], "");
            assert_eq!(Route::place(&path), Some(at), "{}", route.pattern);
        }
        for kind in ResourceType::ALL {
            let at = |below: &str| Target::parse(&format!("{}{below}", kind.endpoint()));
            assert_eq!(at(""), Some(Target::Resources(kind)));
            assert_eq!(at("/.search"), Some(Target::Search(Some(kind))));
            assert_eq!(at("/x"), Some(Target::Resource(kind, "x".into())));
        }
    }

    #[test]
    fn a_path_has_the_place_of_its_pattern_whatever_its_values_are() {
        let pattern = |path: &str| Route::place(path).map(|place| ROUTES[place].pattern);
        assert_eq!(pattern("/Users/ada%40acme.example"), Some("/Users/{id}"));
        assert_eq!(pattern("/Groups/"), Some("/Groups"));
        for path in ["", "Users", "/", "/Nothing", "/Users/7/emails"] {
            assert_eq!(pattern(path), None, "{path}");
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

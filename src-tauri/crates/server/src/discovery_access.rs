//! Which requests need no token. RFC 7644 section 4 leaves open whether discovery does; here it does unless an admin
//! opens it, because some clients read `/ServiceProviderConfig` before they have a token.

use axum::http::{Method, header, request::Parts};
use scim::Target;

/// Whether a request is one that open discovery answers without a token. One that brings a token is authenticated all the
/// same, so that a wrong token never looks right.
pub(crate) fn needs_no_token(parts: &Parts, path: &str) -> bool {
    !parts.headers.contains_key(header::AUTHORIZATION)
        && [Method::GET, Method::HEAD].contains(&parts.method)
        && matches!(
            Target::parse(path),
            Some(
                Target::ServiceProviderConfig
                    | Target::Schemas
                    | Target::Schema(_)
                    | Target::ResourceTypes
                    | Target::ResourceTypeNamed(_)
            )
        )
}
